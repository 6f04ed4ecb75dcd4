import { ApiError } from '../../lib/problem.ts';

/** What became, or would become, of one of several flags. */
export type BulkOutcome =
  | { readonly flag: string; readonly kind: 'done' }
  /** Its key must be typed, which is asked for one by one. */
  | { readonly flag: string; readonly kind: 'typed' }
  | { readonly flag: string; readonly kind: 'refused'; readonly why: string };

export interface Bulk {
  /** Asks, or acts, for one flag: whether its key must be typed first. Rejects where it is refused. */
  readonly act: (flag: string) => Promise<{ readonly needsTyping: boolean }>;
  /** Told after each of them. */
  readonly onStep?: (done: number) => void;
}

/** One after another, past those that are refused and those whose key must be typed. */
export async function inTurn(flags: readonly string[], { act, onStep }: Bulk): Promise<readonly BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (const flag of flags) {
    outcomes.push(await outcomeOf(flag, act));
    onStep?.(outcomes.length);
  }
  return outcomes;
}

async function outcomeOf(flag: string, act: Bulk['act']): Promise<BulkOutcome> {
  try {
    const { needsTyping } = await act(flag);
    return { flag, kind: needsTyping ? 'typed' : 'done' };
  } catch (error) {
    // It has begun to be asked for since it was looked at.
    if (error instanceof ApiError && error.code === 'confirmation-needed') return { flag, kind: 'typed' };
    return { flag, kind: 'refused', why: error instanceof Error ? error.message : String(error) };
  }
}

export function ofKind<K extends BulkOutcome['kind']>(outcomes: readonly BulkOutcome[], kind: K) {
  return outcomes.filter((outcome): outcome is Extract<BulkOutcome, { kind: K }> => outcome.kind === kind);
}
