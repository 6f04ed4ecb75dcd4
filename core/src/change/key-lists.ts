import type { MemberList, Target } from '../model/model.ts';

/** The keys with some more behind them, each once. */
export function withKeys(keys: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...keys, ...more])];
}

export function withoutKeys(keys: readonly string[], fewer: readonly string[]): readonly string[] {
  const gone = new Set(fewer);
  return keys.filter((key) => !gone.has(key));
}

type KeyChange = (present: readonly string[]) => readonly string[];

/**
 * Alters the keys that one variation is given by name. A key has one variation per context kind, so what comes in
 * leaves the others; a target without keys is dropped, one that stays keeps its place.
 */
export function changeTarget(
  targets: readonly Target[],
  at: Pick<Target, 'variation' | 'contextKind'>,
  change: KeyChange,
): readonly Target[] {
  const isMeant = (target: Target) => target.variation === at.variation && target.contextKind === at.contextKind;
  const keys = change(targets.find(isMeant)?.keys ?? []);
  const changed = targets.map((target) => {
    if (isMeant(target)) return { ...target, keys };
    return target.contextKind === at.contextKind ? { ...target, keys: withoutKeys(target.keys, keys) } : target;
  });
  const added = targets.some(isMeant) ? [] : [{ variation: at.variation, contextKind: at.contextKind, keys }];
  return [...changed, ...added].filter((target) => target.keys.length > 0);
}

/** Alters the keys of one context kind; a list without keys is dropped, one that stays keeps its place. */
export function changeMembers(
  lists: readonly MemberList[],
  contextKind: string,
  change: KeyChange,
): readonly MemberList[] {
  const present = lists.find((list) => list.contextKind === contextKind);
  const keys = change(present?.keys ?? []);
  const changed = lists.map((list) => (list === present ? { contextKind, keys } : list));
  return [...changed, ...(present === undefined ? [{ contextKind, keys }] : [])].filter((list) => list.keys.length > 0);
}
