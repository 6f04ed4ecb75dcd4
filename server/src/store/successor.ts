import { RefusedError } from '../errors.ts';

/** The number after this one; refused where JavaScript could no longer tell it from its neighbours. */
export function successorOf(number: number, what: string): number {
  if (number < Number.MAX_SAFE_INTEGER) return number + 1;
  throw new RefusedError({
    code: 'version-limit',
    detail: `${what} has reached 2^53 - 1, the last number there is. Export this installation and import it into a new one.`,
  });
}
