import { code, percent } from '../change/words.ts';
import type { ServeMove } from '../effect/effect.ts';
import type { FlagConfig } from '../model/model.ts';

/** “5 % of everyone else go from `off` to `on`”. */
export function describeMove(
  { at, from, to, buckets, exact }: ServeMove,
  { rules }: Pick<FlagConfig, 'rules'>,
): string {
  const name = at === 'fallthrough' ? '' : (rules.find(({ id }) => id === at.ruleId)?.name ?? '');
  const rule = at === 'fallthrough' ? '' : name === '' ? `rule ${code(at.ruleId)}` : `rule “${name}”`;
  const whom = at === 'fallthrough' ? (rules.length === 0 ? 'everyone' : 'everyone else') : `those who match ${rule}`;
  return `${exact ? '' : 'about '}${percent(buckets)} of ${whom} go from ${code(from)} to ${code(to)}`;
}
