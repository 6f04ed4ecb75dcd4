/** Which rule counts: the first one that matches, as in a flag, or any that does, as in a segment. */
export type RuleDecision = 'first-match' | 'any-match';

interface Identified {
  readonly id: string;
}

/** The rules with the one at `from` brought to where it is the `to`-th. */
export function withMoved<R>(rules: readonly R[], from: number, to: number): readonly R[] {
  const moved = rules[from];
  if (moved === undefined || to < 0 || to >= rules.length) return rules;
  const others = rules.filter((_, index) => index !== from);
  return [...others.slice(0, to), moved, ...others.slice(to)];
}

/** How two lists of rules tell that they say the same. */
type IsSame<R> = (a: R, b: R) => boolean;

/**
 * My rules on top of somebody else's. Both have come from `base`: a rule that only they altered is theirs, one that
 * I altered is mine, also where they altered it too. What one of us added stays; what one of us removed, and the
 * other left alone, goes. The order is mine where I altered it, else theirs.
 */
export function mergeRules<R extends Identified>(
  { base, theirs, mine }: { readonly base: readonly R[]; readonly theirs: readonly R[]; readonly mine: readonly R[] },
  isSame: IsSame<R>,
): readonly R[] {
  const hasMyOrder = !isInOrder(base, mine);
  const [order, other] = hasMyOrder ? [mine, theirs] : [theirs, mine];
  return placed(order, other).flatMap((id) => mergedRule(id, { base, theirs, mine }, isSame));
}

function mergedRule<R extends Identified>(
  id: string,
  lists: { readonly base: readonly R[]; readonly theirs: readonly R[]; readonly mine: readonly R[] },
  isSame: IsSame<R>,
): readonly R[] {
  const find = (rules: readonly R[]) => rules.find((rule) => rule.id === id);
  const [base, theirs, mine] = [find(lists.base), find(lists.theirs), find(lists.mine)];
  const chosen = isUntouched(base, mine, isSame) ? theirs : mine;
  return chosen === undefined ? [] : [chosen];
}

function isUntouched<R>(base: R | undefined, mine: R | undefined, isSame: IsSame<R>): boolean {
  if (base === undefined || mine === undefined) return base === mine;
  return isSame(base, mine);
}

/** Ids in the order of the first list; what only the other has stands behind its predecessor there. */
function placed(order: readonly Identified[], other: readonly Identified[]): readonly string[] {
  const ids = order.map(({ id }) => id);
  for (const [index, { id }] of other.entries()) {
    if (ids.includes(id)) continue;
    const predecessor = other[index - 1];
    ids.splice(predecessor === undefined ? 0 : ids.indexOf(predecessor.id) + 1, 0, id);
  }
  return ids;
}

/** Whether the rules that both lists have stand in the same order. */
function isInOrder(a: readonly Identified[], b: readonly Identified[]): boolean {
  const shared = new Set(a.map(({ id }) => id).filter((id) => b.some((rule) => rule.id === id)));
  const idsOf = (rules: readonly Identified[]) => rules.map(({ id }) => id).filter((id) => shared.has(id));
  return idsOf(a).join('\n') === idsOf(b).join('\n');
}
