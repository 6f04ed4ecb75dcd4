import { clampedRetryAfterMs, pollDelayMs, slowDelayMs } from '@glidepath/core/protocol';
import { type Log, thrownWords } from '@glidepath/core/sdk';
import type { Counts } from './counts.ts';
import type { Settings } from './options.ts';
import type { HttpAnswer, Platform } from './platform.ts';
import { readable } from './report-text.ts';
import { retryAfterOf } from './transport.ts';
import type { ClientOptions, CloseResult, FlushResult } from './types.ts';

const WIRE_SCHEMA = 1;
/** A refused connection is noticed at once; whoever waits longer than this at the end of a process is in the way. */
const LAST_CHANCE_MS = 1_000;
/** Sending wakes the process up: where its end evaluates flags every time, it would never come. */
const LAST_CHANCES = 3;
/** How far failures move the next report out: four times the interval. */
const MOST_DOUBLINGS = 2;

/** Sends what is counted, from time to time. Never throws, never rejects. */
export interface Events {
  start(): void;
  /** Sends all that there is, now. */
  flush(timeoutMs: number): Promise<FlushResult>;
  /** Sends what it can, and stops for good. */
  close(timeoutMs: number): Promise<CloseResult>;
}

export interface EventsParts {
  readonly platform: Platform;
  readonly settings: Settings;
  readonly counts: Counts;
  /** Adds to the counts what flags have counted themselves since the last time. */
  readonly collect: () => void;
  readonly instance: string;
  readonly application: ClientOptions['application'];
  readonly log: Log;
}

/** A report on its way: sent again, as it is and under its number, until the service has it. */
interface Report {
  readonly text: string;
}

/** `none`: there was nothing; `kept`: to be sent again; `lost`: the service will never take it. */
type Attempt = 'none' | 'arrived' | 'kept' | 'lost';

export function createEvents({ platform, settings, counts, collect, log, ...who }: EventsParts): Events {
  const { intervalMs, isGzipped } = settings.events;
  let seq = 0;
  let countedFrom = platform.now();
  let report: Report | null = null;
  let underWay: Promise<Attempt> | null = null;
  let failures = 0;
  let waitMs = 0;
  let cancelTimer = (): void => undefined;
  let cancelRequest = (): void => undefined;
  let leaveExit = (): void => undefined;
  let chances = LAST_CHANCES;
  let closing: Promise<CloseResult> | null = null;

  const nextReport = (): Report | null => {
    const part = counts.take();
    if (part === null) return null;
    const { name, version } = who.application ?? {};
    const from = countedFrom;
    countedFrom = platform.now();
    seq += 1;
    const text = JSON.stringify({
      schema: WIRE_SCHEMA,
      instance: who.instance,
      seq,
      sdk: platform.sdk,
      app: { ...textOf('name', name), ...textOf('version', version) },
      from,
      to: countedFrom,
      ...part,
    });
    return { text };
  };

  const send = async (): Promise<Attempt> => {
    collect();
    report ??= nextReport();
    if (report === null) return 'none';
    const { text } = report;
    const answer = await new Promise<HttpAnswer>((resolve) => {
      const { eventsUrl: url, connectMs: timeoutMs, reach } = settings;
      const headers = settings.headers();
      cancelRequest = platform.postReport({ url, headers, text, isGzipped, timeoutMs, reach }, resolve);
    });
    return settle(answer);
  };

  /** One report at a time: who asks for another meanwhile gets this one. */
  const attempt = (): Promise<Attempt> => {
    underWay ??= send()
      .catch((error: unknown) => {
        log('error', 'GP1900', `unexpected fault while sending counts: ${thrownWords(error)}`);
        return 'kept' as const;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };

  const settle = (answer: HttpAnswer): Attempt => {
    const verdict = verdictOn(answer);
    switch (verdict) {
      case 'taken':
        failures = 0;
        waitMs = 0;
        return done('arrived');
      case 'unusable':
        log('warn', 'GP1202', `a report of counts was refused (${statusOf(answer)}) and is lost: update the SDK`);
        return done('lost');
      case 'unwelcome':
        log('info', 'GP1201', `counts are not taken (${statusOf(answer)}); they are kept and sent again`);
        waitMs = slowDelayMs(platform.random);
        return 'kept';
      case 'later':
        log('info', 'GP1201', `counts could not be sent (${statusOf(answer)}); they are kept and sent again`);
        failures += 1;
        waitMs = answer.kind === 'answer' ? clampedRetryAfterMs(retryAfterOf(answer.retryAfter).retryAfterMs) : 0;
        return 'kept';
    }
  };

  const done = (how: 'arrived' | 'lost'): Attempt => {
    report = null;
    counts.settled(how);
    return how;
  };

  const schedule = (): void => {
    if (closing !== null) return;
    const delay = pollDelayMs(intervalMs, Math.min(failures, MOST_DOUBLINGS), platform.random);
    cancelTimer = platform.setTimer(() => void attempt().then(schedule), Math.max(delay, waitMs), false);
  };

  const flush = async (timeoutMs: number): Promise<FlushResult> => {
    const before = { sent: counts.sent, dropped: counts.dropped };
    let isLate = false;
    let cancel = (): void => undefined;
    const late = new Promise<'late'>((resolve) => {
      // Referenced: Node would end a script that awaits nothing but unreferenced timers.
      cancel = platform.setTimer(
        () => {
          isLate = true;
          resolve('late');
        },
        timeoutMs,
        true,
      );
    });
    let last: Attempt | 'late' = 'arrived';
    let ok = true;
    // What is counted from now on is not waited for, or a busy process would never be done; a report that is on its way
    // already holds less than what was counted until now.
    let isRest = underWay === null;
    while (!isLate && (last === 'arrived' || last === 'lost')) {
      last = await Promise.race([attempt(), late]);
      ok &&= last === 'arrived' || last === 'none';
      if (isRest && last === 'arrived' && counts.series === 0) last = 'none';
      isRest = true;
    }
    cancel();
    return { sent: counts.sent - before.sent, dropped: counts.dropped - before.dropped, ok: ok && last === 'none' };
  };

  /** Called when nothing is left to be done in the process, and once more after whatever this has begun. */
  const beforeExit = (): void => {
    collect();
    if (chances === 0 || counts.series === 0) return;
    chances -= 1;
    void flush(LAST_CHANCE_MS).then(({ ok }) => {
      if (!ok) chances = 0;
    });
  };

  const close = async (timeoutMs: number): Promise<CloseResult> => {
    cancelTimer();
    leaveExit();
    const { ok } = await flush(timeoutMs);
    cancelRequest();
    return { flushed: ok, dropped: counts.dropped + counts.open };
  };

  return {
    start() {
      leaveExit = platform.beforeExit(beforeExit);
      schedule();
    },
    flush,
    close(timeoutMs) {
      closing ??= close(timeoutMs);
      return closing;
    },
  };
}

/** What an answer means for the report that it answers. */
function verdictOn(answer: HttpAnswer): 'taken' | 'unusable' | 'unwelcome' | 'later' {
  if (answer.kind === 'none') return 'later';
  const { status } = answer;
  if (status >= 200 && status < 300) return 'taken';
  if (UNUSABLE.has(status)) return 'unusable';
  return status >= 500 || BUSY.has(status) ? 'later' : 'unwelcome';
}

/** The report itself is at fault: the same one will never be taken. */
const UNUSABLE: ReadonlySet<number> = new Set([400, 413, 415, 422]);
const BUSY: ReadonlySet<number> = new Set([408, 425, 429]);

function statusOf(answer: HttpAnswer): string {
  return answer.kind === 'answer' ? `HTTP ${answer.status}` : 'no answer';
}

/** Callers in plain JavaScript pass anything. */
function textOf(name: string, value: unknown): Readonly<Record<string, string>> {
  return typeof value === 'string' ? { [name]: readable(value.slice(0, 128)) } : {};
}
