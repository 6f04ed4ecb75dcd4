import type { MemberList, Target } from '../model/model.ts';
import type { ConfigInstruction, SegmentConfigInstruction } from './instructions.ts';
import { changeMembers, changeTarget, withKeys, withoutKeys } from './key-lists.ts';
import { isSame } from './same.ts';

type Verb = 'add' | 'remove' | 'set';

interface KeyStep<L> {
  readonly verb: Verb;
  /** Which list: only its place, not its keys, matters. */
  readonly list: L;
  readonly keys: readonly string[];
}

interface KeyLists<L> {
  readonly isPair: (a: L, b: L) => boolean;
  readonly apply: (lists: readonly L[], step: KeyStep<L>) => readonly L[];
}

/**
 * Instructions for the keys that are given a variation by name. Where those that say only what changed would leave
 * another order of the targets, everything is taken out and set anew.
 */
export function diffTargets(before: readonly Target[], after: readonly Target[]): readonly ConfigInstruction[] {
  const kinds = { add: 'add-targets', remove: 'remove-targets', set: 'set-targets' } as const;
  return diffLists(before, after, targetLists).map(({ verb, list, keys }) => ({
    kind: kinds[verb],
    variation: list.variation,
    contextKind: list.contextKind,
    keys,
  }));
}

/** Instructions for one list of a segment's members, in the same way. */
export function diffMembers(
  list: 'included' | 'excluded',
  before: readonly MemberList[],
  after: readonly MemberList[],
): readonly SegmentConfigInstruction[] {
  const kinds = { add: 'add-members', remove: 'remove-members', set: 'set-members' } as const;
  return diffLists(before, after, memberLists).map((step) => ({
    kind: kinds[step.verb],
    list,
    contextKind: step.list.contextKind,
    keys: step.keys,
  }));
}

const targetLists: KeyLists<Target> = {
  isPair: (a, b) => a.variation === b.variation && a.contextKind === b.contextKind,
  apply: (lists, step) => changeTarget(lists, step.list, (present) => keysAfter(present, step)),
};

const memberLists: KeyLists<MemberList> = {
  isPair: (a, b) => a.contextKind === b.contextKind,
  apply: (lists, step) => changeMembers(lists, step.list.contextKind, (present) => keysAfter(present, step)),
};

function keysAfter(present: readonly string[], { verb, keys }: Pick<KeyStep<unknown>, 'verb' | 'keys'>) {
  switch (verb) {
    case 'add':
      return withKeys(present, keys);
    case 'remove':
      return withoutKeys(present, keys);
    case 'set':
      return withKeys([], keys);
  }
}

function diffLists<L extends MemberList>(
  before: readonly L[],
  after: readonly L[],
  { isPair, apply }: KeyLists<L>,
): readonly KeyStep<L>[] {
  const short = [
    ...before.filter((list) => !after.some((other) => isPair(list, other))).map((list) => removal(list)),
    ...after.flatMap((list) => stepsTo(before.find((other) => isPair(list, other))?.keys ?? [], list)),
  ];
  if (isSame(short.reduce(apply, before), after)) return short;
  return [
    ...before.map((list) => removal(list)),
    ...after.map((list) => ({ verb: 'set', list, keys: list.keys }) as const),
  ];
}

function removal<L extends MemberList>(list: L): KeyStep<L> {
  return { verb: 'set', list, keys: [] };
}

/** Says only what changed where that gives the same order of keys, and sets all of them where it doesn't. */
function stepsTo<L extends MemberList>(present: readonly string[], list: L): readonly KeyStep<L>[] {
  if (isSame(present, list.keys)) return [];
  const removed = withoutKeys(present, list.keys);
  const added = withoutKeys(list.keys, present);
  const reached = withKeys(withoutKeys(present, removed), added);
  if (present.length === 0 || !isSame(reached, list.keys)) return [{ verb: 'set', list, keys: list.keys }];
  return [
    ...(removed.length === 0 ? [] : [{ verb: 'remove', list, keys: removed } as const]),
    ...(added.length === 0 ? [] : [{ verb: 'add', list, keys: added } as const]),
  ];
}
