import { isSame } from '../change/same.ts';
import { BUCKETS } from '../model/keys.ts';
import type { FlagConfig, Serve } from '../model/model.ts';
import { serveMoves } from './serve-moves.ts';

/** Evaluations of a flag that gave this variation for this kind of reason. */
interface Counted {
  readonly variation: string;
  readonly reason: string;
  readonly n: number;
}

/**
 * About how many of these evaluations would have given another variation; null where the counts do not tell, because
 * they do not say who got to which place.
 */
export function evaluationsMoved(before: FlagConfig, after: FlagConfig, counted: readonly Counted[]): number | null {
  const numberOf = (isMeant: (one: Counted) => boolean) =>
    counted.reduce((sum, one) => (isMeant(one) ? sum + one.n : sum), 0);
  if (isOff(after)) return numberOf(({ variation, reason }) => reason !== 'ERROR' && variation !== after.offVariation);
  if (!leadsAlike(before, after)) return null;
  const moves = serveMoves(before, after);
  const reachesOne = after.rules.length + after.targets.length + after.prerequisites.length === 0;
  if (isOff(before) && !reachesOne) return null;
  if (moves.some(({ at }) => at !== 'fallthrough') && after.rules.length > 1) return null;
  const failed =
    before.offVariation === after.offVariation ? 0 : numberOf(({ reason }) => reason === 'PREREQUISITE_FAILED');
  return moves.reduce((sum, { at, from, buckets }) => {
    const reason = isOff(before) ? null : at === 'fallthrough' ? 'FALLTHROUGH' : 'RULE_MATCH';
    const there = numberOf((one) => one.variation === from && (reason === null || one.reason === reason));
    const serve = at === 'fallthrough' ? before.fallthrough : before.rules.find(({ id }) => id === at.ruleId)?.serve;
    const share = isOff(before) || serve === undefined ? BUCKETS : bucketsOf(serve, from);
    return sum + Math.round((there * buckets) / share);
  }, failed);
}

const isOff = ({ on, killed }: FlagConfig): boolean => !on || killed !== null;

/** Whether everybody gets to the same place by both. */
function leadsAlike(before: FlagConfig, after: FlagConfig): boolean {
  const ways = ({ prerequisites, targets, rules }: FlagConfig) => ({
    prerequisites,
    targets,
    rules: rules.map(({ id, clauses }) => ({ id, clauses })),
  });
  return isSame(ways(before), ways(after));
}

function bucketsOf(serve: Serve, variation: string): number {
  if ('variation' in serve) return BUCKETS;
  return serve.split.allocation.reduce(
    (sum, range) => (range.variation === variation ? sum + range.to - range.from : sum),
    0,
  );
}
