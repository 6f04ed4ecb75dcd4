import type { ChangeProblem } from '@glidepath/core/change';
import type { RefusalCode } from '../../errors.ts';
import { RefusedError } from '../../errors.ts';

/** Which refusal a problem of a change becomes; the first problem decides. */
const CODES: Partial<Record<ChangeProblem['code'], RefusalCode>> = {
  'unknown-variation': 'unknown-reference',
  'unknown-flag': 'unknown-reference',
  'unknown-segment': 'unknown-reference',
  'unknown-rule': 'unknown-reference',
  'in-use': 'in-use',
  archived: 'archived',
  'not-killed': 'not-killed',
};

/** Turns problems into one refusal; `pointer` leads from the body to what they point into. */
export function refuse(problems: readonly ChangeProblem[], pointer: string): never {
  const [first] = problems;
  if (first === undefined) throw new Error('refused without a problem');
  throw new RefusedError({
    code: CODES[first.code] ?? 'validation',
    detail: `${first.detail}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`,
    errors: problems.map((problem) => ({ pointer: `${pointer}${problem.pointer}`, detail: problem.detail })),
  });
}

export function notFound(what: string, key: string, where: string): RefusedError {
  return new RefusedError({
    code: 'not-found',
    detail: `There is no ${what} \`${key}\` in ${where}. Check the key: it is case-sensitive.`,
  });
}
