import type { EventFigures } from '@glidepath/core/sdk';
import { FLUSH_MS, MAX_CHARACTERS, MAX_ENTRIES, MIN_FLUSH_MS } from './limits.ts';
import { type Page, post } from './page.ts';
import type { BrowserClientOptions } from './types.ts';

type List = 'evals' | 'missing' | 'track';
type Report = readonly [text: string, entries: number];

/** Counts what was seen on this page, once each, and sends it. What becomes of it never touches the values. */
export type Counts = readonly [
  add: (list: List, entry: unknown) => void,
  flush: () => Promise<{ readonly ok: boolean }>,
  /** The page may end at any moment. */
  beacon: () => void,
  allow: (isAllowed: boolean | undefined) => void,
  figures: () => EventFigures,
];

/** `sender`: what every report says of where it comes from. */
export function createCounts(
  page: Page,
  now: () => number,
  url: string,
  events: BrowserClientOptions['events'],
  sender: object,
  onLost: () => void,
): Counts {
  const intervalMs = Math.max(MIN_FLUSH_MS, (events || undefined)?.flushIntervalMs ?? FLUSH_MS);
  const known = new Set<string>();
  let queue: (readonly [list: List, entry: unknown])[] = [];
  let characters = 0;
  /** The same until they have arrived. */
  let reports: Report[] = [];
  let series = 0;
  let underWay: Promise<boolean> | null = null;
  let isScheduled = false;
  let isAllowed = events !== false;
  let seq = 0;
  let from = now();
  let sent = 0;
  let dropped = 0;

  /** What was counted so far becomes a report. */
  const seal = (): void => {
    const lists: Record<List, unknown[]> = { evals: [], missing: [], track: [] };
    for (const [list, entry] of queue) lists[list].push(entry);
    seq += 1;
    reports.push([JSON.stringify({ schema: 1, ...sender, seq, from, to: now(), ...lists }), queue.length]);
    from = now();
    queue = [];
    characters = 0;
  };

  /** What is to be sent next. */
  const next = (): Report | undefined => {
    if (!reports[0] && queue[0]) seal();
    return reports[0];
  };

  const schedule = (): void => {
    if (!isScheduled)
      page.setTimeout(() => {
        isScheduled = false;
        void send();
      }, intervalMs);
    isScheduled = true;
  };

  const done = ([, count]: Report, isSent: boolean): void => {
    reports.shift();
    series -= count;
    if (isSent) sent += count;
    else dropped += count;
  };

  const deliver = async (report: Report): Promise<boolean> => {
    const { status } = await post(page, url, report[0]);
    const isSent = status < 300;
    underWay = null;
    if (!isSent) onLost();
    // What was refused once would be refused again, unless the service was but busy (429) or broken.
    if (report === reports[0] && status < 429) done(report, isSent);
    if (next()) schedule();
    return isSent;
  };

  const send = async (): Promise<boolean> => {
    const report = next();
    if (report) underWay ??= deliver(report);
    return underWay ?? true;
  };

  return [
    (list, entry) => {
      // Why does not matter: a bootstrap does not say it, and the service may do so later.
      const name = JSON.stringify(entry, (member, value) => (member === 'reason' ? 0 : value));
      if (!isAllowed || known.has(name)) return;
      if (list !== 'track') known.add(name);
      if (series < MAX_ENTRIES) {
        queue.push([list, entry]);
        series += 1;
        characters += name.length;
        if (characters > MAX_CHARACTERS) seal();
      } else dropped += 1;
      schedule();
    },
    async () => {
      let ok = true;
      while (ok && next()) ok = await send();
      return { ok };
    },
    () => {
      for (let report = next(); report && page.navigator.sendBeacon?.(url, report[0]); report = next())
        done(report, true);
      void send();
    },
    (next = isAllowed) => {
      isAllowed = next;
      if (next) return;
      queue = [];
      reports = [];
      series = 0;
    },
    () => ({ series, sent, dropped }),
  ];
}
