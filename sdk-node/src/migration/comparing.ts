import { differingPointers } from './pointers.ts';

/** Of what a caller's comparison answers, or of the values where there is none. */
export function differencesOf<R>(
  compare: ((one: R, other: R) => boolean | readonly string[]) | undefined,
  one: R,
  other: R,
): readonly string[] {
  if (compare === undefined) return differingPointers(one, other);
  const answer = compare(one, other);
  if (typeof answer === 'boolean') return answer ? [] : [''];
  return answer;
}
