import type { NoticeRow } from '../store/notices.ts';

/** Beyond so many waiting, those that may be merged travel together. */
const MOST_WAITING = 20;
/** As many as one message can list. */
export const MOST_LISTED = 250;

/**
 * The notices that travel in the next message of a channel, from those that wait for it, in order. What may have
 * arrived already is repeated as it was; what must be seen by itself travels alone, at its place in the order.
 */
export function nextMessage(waiting: readonly NoticeRow[]): readonly NoticeRow[] {
  const [head] = waiting;
  if (!head) return [];
  if (head.doubts > 0 || head.isInFlight) return waiting.filter(({ id, batch }) => id === head.id || isOf(head, batch));
  if (head.isAlone || waiting.length <= MOST_WAITING) return [head];
  const end = waiting.findIndex(({ isAlone }) => isAlone);
  return waiting.slice(0, end === -1 ? MOST_LISTED : Math.min(end, MOST_LISTED));
}

function isOf(head: NoticeRow, batch: number | null): boolean {
  return batch !== null && batch === head.batch;
}
