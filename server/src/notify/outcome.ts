import type { Random } from '../clock.ts';
import type { OutboundAnswer } from '../outbound/outbound.ts';
import type { NoticeOutcome } from '../store/notices.ts';

/** How the message stands when an attempt has ended. */
export interface Attempted {
  /** Attempts, this one included. */
  readonly attempts: number;
  /** Earlier ones that ended without anybody knowing whether the message arrived. */
  readonly doubts: number;
  /** When the oldest of it happened. */
  readonly at: number;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** A receiver that asks for more is asked again all the same. */
const LONGEST_ASKED_MS = 3_600_000;
/** Who might just be slow is given this long before the message is repeated. */
const DOUBT_WAIT_MS = 10_000;
/** After so long it is told no more, and stands in the log as what could not be delivered. */
const GIVEN_UP_MS = 3 * 86_400_000;

/** What becomes of a message after this answer. */
export function outcomeOf(answer: OutboundAnswer, attempted: Attempted, now: number, random: Random): NoticeOutcome {
  switch (answer.kind) {
    case 'answered':
      return afterAnswer(answer, attempted, now, random);
    case 'refused':
      return failed(attempted, now, `the address is not accepted: ${answer.reason}`);
    case 'unreachable':
      return later(attempted, now, backoffMs(attempted.attempts, random), `not reached: ${answer.reason}`);
    case 'ambiguous':
      return doubtful(attempted, now, `nobody knows whether it arrived: ${answer.reason}`);
  }
}

/** One attempt that nobody has seen the end of: the second of its kind is the last. */
function doubtful({ doubts, ...attempted }: Attempted, now: number, reason: string): NoticeOutcome {
  const doubted = { ...attempted, doubts: doubts + 1 };
  return doubts > 0 ? failed(doubted, now, reason) : later(doubted, now, DOUBT_WAIT_MS, reason);
}

function afterAnswer(
  { status, retryAfter }: Extract<OutboundAnswer, { kind: 'answered' }>,
  attempted: Attempted,
  now: number,
  random: Random,
): NoticeOutcome {
  const said = `answered ${status}`;
  if (status >= 200 && status < 300)
    return { state: 'delivered', doubts: attempted.doubts, dueAt: now, settledAt: now, lastError: null };
  if (status !== 429 && status < 500) return failed(attempted, now, said);
  const wait = backoffMs(attempted.attempts, random);
  const asked = retryAfter === null ? 0 : Math.min(retryAfter * 1_000, LONGEST_ASKED_MS);
  return later(attempted, now, Math.max(asked, retryAfter === null ? wait : 0), said);
}

function later({ doubts, at }: Attempted, now: number, waitMs: number, reason: string): NoticeOutcome {
  if (now - at > GIVEN_UP_MS) return failed({ doubts }, now, `given up after three days: ${reason}`);
  return { state: 'waiting', doubts, dueAt: now + waitMs, settledAt: null, lastError: reason };
}

function failed({ doubts }: Pick<Attempted, 'doubts'>, now: number, reason: string): NoticeOutcome {
  return { state: 'failed', doubts, dueAt: now, settledAt: now, lastError: reason };
}

/** Twice as long after each attempt, and never at the same moment as others. */
function backoffMs(attempts: number, random: Random): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 20));
  return Math.round(ceiling * (0.5 + random() / 2));
}
