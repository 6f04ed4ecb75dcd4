import { BUCKETS } from '../model/keys.ts';
import type { Allocation, Flag, FlagConfig, Prerequisite, Rule, Serve, Target } from '../model/model.ts';
import { isSame } from './same.ts';

/**
 * Whether everybody whom a change moves, by bucket, target or rule, goes to the off variation. What it moves while a
 * flag is off or killed counts as if it were on, since it takes effect later. When in doubt, false.
 */
export function movesTowardSafe(flag: Flag, before: FlagConfig, after: FlagConfig): boolean {
  const off = after.offVariation;
  return (
    before.offVariation === off &&
    (before.on || !after.on) &&
    (before.killed === null || after.killed !== null) &&
    before.prerequisites.every((needed) => isStillNeeded(needed, after.prerequisites)) &&
    areTargetsSafe(flag, before, after) &&
    areRulesSafe(flag, before, after)
  );
}

/** Who did not satisfy a prerequisite before must not satisfy it now. */
function isStillNeeded(needed: Prerequisite, after: readonly Prerequisite[]): boolean {
  return after.some(
    (other) =>
      other.flag === needed.flag && other.variations.every((variation) => needed.variations.includes(variation)),
  );
}

function areTargetsSafe(flag: Flag, before: FlagConfig, after: FlagConfig): boolean {
  const off = after.offVariation;
  if (!isOrderKept(kindsOf(before.targets), kindsOf(after.targets))) return false;
  const owners = ownersByKey(after.targets);
  const given = ownersByKey(before.targets);
  const isSafeGain = after.targets.every(
    ({ variation, contextKind, keys }) =>
      variation === off || keys.every((key) => given.get(`${contextKind}\t${key}`) === variation),
  );
  const isSafeLoss = before.targets.every((target) =>
    target.keys.every((key) => owners.has(`${target.contextKind}\t${key}`) || isSafeToRelease(flag, target, after)),
  );
  return isSafeGain && isSafeLoss;
}

/** Whoever loses a target falls to a target of another kind, to a rule or to the fallthrough. */
function isSafeToRelease(flag: Flag, { variation, contextKind }: Target, after: FlagConfig): boolean {
  const off = after.offVariation;
  return (
    after.targets.every(
      (other) => other.contextKind === contextKind || other.variation === off || other.variation === variation,
    ) && stepsOf(after).every((step) => isSafeMove(flag, { variation }, step.serve, off))
  );
}

function ownersByKey(targets: readonly Target[]): ReadonlyMap<string, string> {
  return new Map(
    targets.flatMap(({ variation, contextKind, keys }) =>
      keys.map((key) => [`${contextKind}\t${key}`, variation] as const),
    ),
  );
}

function kindsOf(targets: readonly Target[]): readonly string[] {
  return [...new Set(targets.map((target) => target.contextKind))];
}

/** Whoever has several kinds of keys is served by the first kind that names one of them. */
function isOrderKept(before: readonly string[], after: readonly string[]): boolean {
  return isSame(
    before.filter((kind) => after.includes(kind)),
    after.filter((kind) => before.includes(kind)),
  );
}

/** The same id with the same clauses matches the same people. The fallthrough matches everybody. */
type Step = Pick<Rule, 'id' | 'clauses' | 'serve'>;

function stepsOf({ rules, fallthrough }: FlagConfig): readonly Step[] {
  return [...rules, { id: 'fallthrough', clauses: [], serve: fallthrough }];
}

/**
 * Checks every way that somebody can go from the step that served them to another one. Who was served by a step that is
 * still there goes no further than it; who is served now by a step that was there before, did not match earlier.
 */
function areRulesSafe(flag: Flag, before: FlagConfig, after: FlagConfig): boolean {
  const from = stepsOf(before);
  const to = stepsOf(after);
  const lasts = from.map((step) => placeOf(step, to));
  const firsts = to.map((step) => placeOf(step, from));
  return from.every((source, i) =>
    to.every((sink, j) => {
      const isPossible = j <= (lasts[i] ?? 0) && i <= (firsts[j] ?? 0);
      return !isPossible || isSafeMove(flag, source.serve, sink.serve, after.offVariation);
    }),
  );
}

/** Where a step is in another list, or the last place when it is not in it. */
function placeOf(step: Step, steps: readonly Step[]): number {
  const place = steps.findIndex((other) => other.id === step.id && isSame(other.clauses, step.clauses));
  return place >= 0 ? place : steps.length - 1;
}

/** Whether each bucket, and whoever cannot be bucketed, stays where it is or goes to the off variation. */
function isSafeMove(flag: Flag, before: Serve, after: Serve, off: string): boolean {
  const owner = soleOwner(after);
  if (owner === off) return true;
  const previous = soleOwner(before);
  if (owner !== null) return owner === previous;
  if (previous === null && !isSame(hashingOf(flag, before), hashingOf(flag, after))) return false;
  return isEachSafe(rangesOf(before), rangesOf(after), off);
}

/** The variation that serves everybody, whether they can be bucketed or not. */
function soleOwner(serve: Serve): string | null {
  if ('variation' in serve) return serve.variation;
  const [first] = serve.split.allocation;
  return first !== undefined && serve.split.allocation.every((range) => range.variation === first.variation)
    ? first.variation
    : null;
}

/** What decides which bucket somebody is in. */
function hashingOf(flag: Flag, serve: Serve) {
  const split = 'split' in serve ? serve.split : null;
  return { by: split?.by ?? { contextKind: 'user', attribute: 'key' }, salt: split?.salt ?? flag.salt };
}

function rangesOf(serve: Serve): Allocation {
  return 'split' in serve ? serve.split.allocation : [{ from: 0, to: BUCKETS, variation: serve.variation }];
}

function isEachSafe(before: Allocation, after: Allocation, off: string): boolean {
  return after.every(
    (range) =>
      range.variation === off ||
      before.every((other) => other.to <= range.from || other.from >= range.to || other.variation === range.variation),
  );
}
