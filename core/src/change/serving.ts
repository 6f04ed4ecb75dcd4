import { canonicalAllocation, nextAllocation, problemsOfAllocation } from '../evaluate/allocate.ts';
import type { Allocation, ArmsBody, BucketBy, Flag, Serve, Split, Weights } from '../model/model.ts';
import type { ServeInput } from './instructions.ts';
import { type Applied, applied, type ChangeProblem, unless } from './problem.ts';
import { problemsOfVariation, problemsOfWeights, variationKeys } from './weights.ts';

interface SplitInput {
  readonly weights: Weights;
  readonly by?: BucketBy;
  readonly salt?: string;
  readonly allocation?: Allocation;
  readonly arms?: ArmsBody;
}

/**
 * What an input serves. A split starts from the allocation that `present` has, so that the fewest people move;
 * `present` is null where nothing was served before.
 */
export function serveOf(flag: Flag, input: ServeInput, present: Serve | null, pointer: string): Applied<Serve> {
  if ('variation' in input)
    return unless(problemsOfVariation(flag, input.variation, `${pointer}/variation`), () => ({
      variation: input.variation,
    }));
  return splitOf(flag, input.split, present, `${pointer}/split`);
}

/**
 * New percentages for what is served; whom the split hashes and by which salt stays, unless the input says it. Arms
 * never stay: they were chosen for the percentages before.
 */
export function resplit(flag: Flag, input: SplitInput, present: Serve): Applied<Serve> {
  const kept = 'split' in present ? howOf(present.split) : {};
  return splitOf(flag, { ...kept, ...input }, present, '');
}

function splitOf(flag: Flag, input: SplitInput, present: Serve | null, pointer: string): Applied<Serve> {
  const problems = problemsOfWeights(flag, input.weights, `${pointer}/weights`);
  if (problems.length > 0) return { kind: 'refused', problems };
  const allocation = allocationOf(flag, input, present, `${pointer}/allocation`);
  if (allocation.kind === 'refused') return allocation;
  const { weights, arms } = input;
  const split = { weights, allocation: allocation.document, ...howOf(input), ...(arms === undefined ? {} : { arms }) };
  return applied({ split });
}

function allocationOf(flag: Flag, input: SplitInput, present: Serve | null, pointer: string): Applied<Allocation> {
  const order = variationKeys(flag);
  const { allocation } = input;
  if (allocation !== undefined) return unless(allocationProblems(allocation, input.weights, pointer), () => allocation);
  if (present === null || 'variation' in present) return applied(canonicalAllocation(input.weights, order));
  return applied(nextAllocation(present.split.allocation, input.weights, order));
}

export function allocationProblems(
  allocation: Allocation,
  weights: Weights,
  pointer: string,
): readonly ChangeProblem[] {
  return problemsOfAllocation(allocation, weights).map((detail) => ({ code: 'allocation', pointer, detail }));
}

/** Whom a split hashes and by which salt, without the properties that are absent. */
function howOf({ by, salt }: SplitInput): Pick<Split, 'by' | 'salt'> {
  return { ...(by === undefined ? {} : { by }), ...(salt === undefined ? {} : { salt }) };
}
