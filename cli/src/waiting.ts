import type { Call } from './call.ts';
import { usage } from './failure.ts';

const LONGEST_WAIT_SECONDS = 25;
const USUAL_WAIT = '10';

export const WAITING = {
  wait: { summary: 'wait until every connected SDK has acknowledged it; exit 5 and the names of the silent ones' },
  timeout: { value: 'SECONDS', summary: `how long to wait, at most ${LONGEST_WAIT_SECONDS} s; 10s if absent` },
} as const;

/** A number of seconds, as the service takes it. */
export function waitOf(call: Call): string | undefined {
  const seconds = call.text('timeout');
  if (seconds === undefined) return call.has('wait') ? `${USUAL_WAIT}s` : undefined;
  const count = Number(/^(\d{1,2})s?$/.exec(seconds)?.[1] ?? Number.NaN);
  if (!(count >= 1 && count <= LONGEST_WAIT_SECONDS))
    throw usage(`--timeout takes 1 to ${LONGEST_WAIT_SECONDS} seconds, such as 10s.`);
  if (!call.has('wait')) throw usage('--timeout says how long to wait.', 'Pass --wait too.');
  return `${count}s`;
}
