import type { Verdict } from '../gate.ts';

/** Whether the answer before was a failure too: what may be so for a moment only has to fail twice in a row. */
export function hasFailed(before: Verdict | null): boolean {
  return before?.kind === 'fail' || before?.kind === 'inconclusive';
}
