import { actionMessages } from './action-messages.ts';

const m = actionMessages.keep;

/** Days that are offered; any other day is chosen in a calendar. */
export const KEEP_DAYS = [7, 30, 90] as const;
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 365;

export interface KeepDraft {
  /** Days as text, or `date`. */
  readonly until: string;
  /** `2026-12-24`. */
  readonly date: string;
  readonly reason: string;
}

export const EMPTY_KEEP: KeepDraft = { until: '30', date: '', reason: '' };

/** When the promise ends; null where the draft names no day that can be kept. */
export function keptUntil({ until, date }: Pick<KeepDraft, 'until' | 'date'>, now: number): number | null {
  const at = until === 'date' ? Date.parse(`${date}T00:00:00.000Z`) : now + Number(until) * DAY_MS;
  return at > now && at <= now + LONGEST_DAYS * DAY_MS ? at : null;
}

export function keepRules(now: () => number) {
  return {
    date: (_date: string, draft: KeepDraft) => (keptUntil(draft, now()) === null ? m.dateWrong : null),
    reason: (reason: string) => (reason.trim() === '' ? m.reasonMissing : null),
  };
}
