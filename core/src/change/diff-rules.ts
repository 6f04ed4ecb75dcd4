import { isSame } from './same.ts';

interface Identified {
  readonly id: string;
}

/** How one kind of rule is written. */
export interface RuleDiff<R, I> {
  readonly add: (rule: R, index: number) => readonly I[];
  readonly remove: (id: string) => I;
  readonly move: (id: string, index: number) => I;
  /** Only for rules that differ; `index` is where the rule is. */
  readonly update: (before: R, after: R, index: number) => readonly I[];
}

/** Removes, moves and adds rules, then rewrites what differs. As few rules move as can be. */
export function diffRules<R extends Identified, I>(
  before: readonly R[],
  after: readonly R[],
  write: RuleDiff<R, I>,
): readonly I[] {
  const wanted = new Map(after.map((rule) => [rule.id, rule]));
  const had = new Map(before.map((rule) => [rule.id, rule]));
  const removed = before.filter((rule) => !wanted.has(rule.id)).map((rule) => write.remove(rule.id));
  const remaining = before.filter((rule) => wanted.has(rule.id)).map((rule) => rule.id);
  const updated = after.flatMap((rule, index) => {
    const old = had.get(rule.id);
    return old === undefined || isSame(old, rule) ? [] : write.update(old, rule, index);
  });
  return [...removed, ...placed(remaining, after, write), ...updated];
}

/** Brings the rules into their order: each one that is out of it, or new, goes directly behind its predecessor. */
function placed<R extends Identified, I>(
  remaining: readonly string[],
  after: readonly R[],
  write: RuleDiff<R, I>,
): readonly I[] {
  const staying = new Set(longestInOrder(remaining, after));
  const present = [...remaining];
  return after.flatMap((rule, place) => {
    if (staying.has(rule.id)) return [];
    const from = present.indexOf(rule.id);
    if (from >= 0) present.splice(from, 1);
    const predecessor = after[place - 1];
    const index = predecessor === undefined ? 0 : present.indexOf(predecessor.id) + 1;
    present.splice(index, 0, rule.id);
    return from >= 0 ? [write.move(rule.id, index)] : write.add(rule, index);
  });
}

/** The most of these ids that already stand in the order of `after`: a longest increasing subsequence. */
function longestInOrder(ids: readonly string[], after: readonly Identified[]): readonly string[] {
  const rank = new Map(after.map((rule, index) => [rule.id, index]));
  const best: (readonly string[])[] = [];
  for (const [index, id] of ids.entries()) {
    const before = ids
      .slice(0, index)
      .map((other, place) => ((rank.get(other) ?? 0) < (rank.get(id) ?? 0) ? (best[place] ?? []) : []))
      .reduce(longer, []);
    best.push([...before, id]);
  }
  return best.reduce(longer, []);
}

function longer(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.length > a.length ? b : a;
}
