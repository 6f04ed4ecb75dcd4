import type { EventFigures } from '@glidepath/core/sdk';
import { clockOf, type Page, post } from './page.ts';
import type { BrowserClientOptions } from './types.ts';

/** Of one report, so that it stays below the 64 kB of beacons whatever the characters are. */
const MAX_CHARACTERS = 20_000;
const MAX_ENTRIES = 1_000;
const MIN_FLUSH_MS = 1_000;
const FLUSH_MS = 5_000;

type List = 'evals' | 'missing' | 'track';

/** Counts what was seen on this page, once each, and sends it. What becomes of it never touches the values. */
export interface Counts {
  add(list: List, entry: unknown): void;
  flush(): Promise<{ readonly ok: boolean }>;
  /** The page may end at any moment. */
  beacon(): void;
  allow(isAllowed: boolean): void;
  figures(): EventFigures;
}

/** `sender`: what every report says of where it comes from. */
export function createCounts(
  page: Page,
  url: string,
  events: BrowserClientOptions['events'],
  sender: object,
  onLost: () => void,
): Counts {
  const now = clockOf(page);
  const intervalMs = Math.max(MIN_FLUSH_MS, (events || undefined)?.flushIntervalMs ?? FLUSH_MS);
  const known = new Set<string>();
  let queue: (readonly [list: List, entry: unknown])[] = [];
  let report = '';
  let reported = 0;
  let underWay: Promise<boolean> | null = null;
  let isScheduled = false;
  let isAllowed = events !== false;
  let seq = 0;
  let from = now();
  let sent = 0;
  let dropped = 0;

  const schedule = (): void => {
    if (!isScheduled)
      page.setTimeout(() => {
        isScheduled = false;
        void send();
      }, intervalMs);
    isScheduled = true;
  };

  /** What is to be sent next; the same until it has arrived. */
  const next = (): string => {
    if (report || !queue[0]) return report;
    const lists: Record<List, unknown[]> = { evals: [], missing: [], track: [] };
    let room = MAX_CHARACTERS;
    reported = 0;
    for (const [list, entry] of queue) {
      if (room < 0) break;
      room -= JSON.stringify(entry).length;
      lists[list].push(entry);
      reported += 1;
    }
    queue = queue.slice(reported);
    seq += 1;
    report = JSON.stringify({ schema: 1, ...sender, seq, from, to: now(), ...lists });
    from = now();
    return report;
  };

  const done = (isSent: boolean): void => {
    if (isSent) sent += reported;
    else dropped += reported;
    report = '';
  };

  const deliver = async (text: string): Promise<boolean> => {
    const { status } = await post(page, url, text);
    underWay = null;
    const isSent = status >= 200 && status < 300;
    if (!isSent) onLost();
    // What was refused once would be refused again.
    if (report === text && (isSent || status === 400 || status === 413)) done(isSent);
    if (next()) schedule();
    return isSent;
  };

  const send = async (): Promise<boolean> => {
    if (next()) underWay ??= deliver(report);
    return underWay ?? true;
  };

  return {
    add(list, entry) {
      const name = JSON.stringify(entry);
      if (!isAllowed || known.has(name)) return;
      if (list !== 'track') known.add(name);
      if (queue.length < MAX_ENTRIES) queue.push([list, entry]);
      else dropped += 1;
      schedule();
    },
    async flush() {
      let ok = true;
      while (ok && next()) ok = await send();
      return { ok };
    },
    beacon() {
      while (next() && page.navigator.sendBeacon?.(url, report)) done(true);
      void send();
    },
    allow(next) {
      isAllowed = next;
      if (!next) {
        queue = [];
        report = '';
      }
    },
    figures: () => ({ series: queue.length, sent, dropped }),
  };
}
