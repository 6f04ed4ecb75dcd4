import type { FlagRef, Hook, ListenOptions, SdkError, TrackData, Unsubscribe } from '@glidepath/core/sdk';
import { without } from './context.ts';
import { CONTEXTS, FLUSH_MS, HIDDEN_MS, MAX_CHARACTERS, MAX_CONTEXTS, MAX_ENTRIES, MIN_FLUSH_MS } from './limits.ts';
import { clockOf, type Page, post, quietly, uuid } from './page.ts';
import { type Answer, read } from './reading.ts';
import { createSession } from './session.ts';
import { onShelf, type Shelf } from './storage.ts';
import type { Tools } from './tools.ts';
import type { BrowserClient, BrowserClientOptions } from './types.ts';
import { frozen, type Held, type Served } from './values.ts';

/** One context's values as they are kept under its fingerprint: no attribute and no key of anybody. */
type Kept = Omit<Held, 'flags'> & { readonly flags: readonly (readonly [string, Served])[] };
type List = 'evals' | 'missing' | 'track';
type Report = readonly [text: string, entries: number];

declare const __SDK_VERSION__: string | undefined;

/**
 * The client of a page; `createClient` gives it the one that it runs in. Much in one function, because what its parts
 * would have to pass to each other is what cannot be made shorter in what browsers load.
 */
export function createClientOn(page: Page, options: BrowserClientOptions): BrowserClient {
  const {
    anonymous: { persist, cookieName = 'glidepath_id' } = {},
    privateAttributes = [],
    mode,
    hooks = [],
    maxCachedContexts = CONTEXTS,
    clientKey,
    events,
    cache,
    allowOverrides,
    logger = page.console,
    logLevel = 'error',
    localAttributes = [],
  } = options;
  const now = clockOf(page);
  const root = String(options.url ?? page.location?.origin ?? '').replace(/\/$/, '');
  /** Others touch nothing of the page, like those that servers render pages with. */
  const isLive = mode !== 'offline' && /^https?:.*\/gp_cli_/.test(`${root}/${clientKey}`);

  // 1. Who is told what. Whoever throws is named in the log, and the others are told nevertheless.

  const target = new EventTarget();
  /** Closing is no error. */
  const said: Record<string, boolean> = { GP1002: true };

  /** Writes at most one line per code. */
  const log = (code: string, message: string): SdkError => {
    const docs = `${root}/errors/${code}`;
    const retryable = /^GP1[12]/.test(code);
    if (!(said[code] || (retryable && logLevel === 'error')))
      try {
        said[code] = true;
        (logger as Exclude<typeof logger, false>)[retryable ? 'warn' : 'error'](
          `[glidepath] ${code} ${message} ${docs}`,
        );
      } catch {
        // There is no logger, or it is broken: nowhere left to tell it.
      }
    return { code, message, retryable, docs };
  };

  const attempt = (name: string, run: () => void): void => {
    try {
      run();
    } catch (error) {
      log('GP1901', `${name}: ${error}`);
    }
  };

  const on = (event: string, listener: (told: unknown) => void, listening?: ListenOptions): Unsubscribe => {
    const run = (given: Event): void => attempt(event, () => listener((given as CustomEvent).detail));
    target.addEventListener(event, run, listening as AddEventListenerOptions);
    return () => target.removeEventListener(event, run);
  };

  const emit = (event: string, detail: unknown): void => {
    target.dispatchEvent(new CustomEvent(event, { detail }));
  };

  const tellHooks = (method: Exclude<keyof Hook, 'name'>, told: unknown): void => {
    for (const hook of hooks) attempt(method, () => hook[method]?.(told as never));
  };

  // 2. What outlives the page; where nothing may, it is kept as long as the page.

  const valuesName = `glidepath:${clientKey}`;
  let mayStore = true;

  const stored = (shelf: Shelf, name: string, text?: string): string =>
    quietly(() => isLive && onShelf(page, shelf, name, text)) || '';

  let key = stored(persist, cookieName);
  /** By fingerprint, the oldest first. */
  const kept: Map<number, Kept> = quietly(() => new Map(JSON.parse(stored(cache, valuesName)))) ?? new Map();

  /** A moment later, so that `setConsent` right after `createClient` is heard first. */
  const save = (): void =>
    queueMicrotask(() => {
      stored(persist, cookieName, mayStore ? key : '');
      stored(cache, valuesName, mayStore && kept.size ? JSON.stringify([...kept]) : '');
    });

  const anonymousKey = (): string => {
    if (key) return key;
    key = uuid(page);
    save();
    return key;
  };

  const recall = (fingerprint: number): Held | null =>
    quietly(() => {
      const entry = kept.get(fingerprint) as Kept;
      return { ...entry, flags: new Map(frozen(entry.flags)) };
    }) ?? null;

  const remember = (fingerprint: number, held: Held): void => {
    kept.delete(fingerprint);
    kept.set(fingerprint, { ...held, flags: [...held.flags] });
    // What is no number is none.
    for (const oldest of kept.keys())
      if (!(kept.size <= Math.min(MAX_CONTEXTS, maxCachedContexts))) kept.delete(oldest);
    save();
  };

  // 3. What was seen on this page is counted, once each, and sent. What becomes of it never touches the values.

  const inst = uuid(page);
  /** What the service is told of where something comes from. */
  const sender = {
    sdk: `browser/${typeof __SDK_VERSION__ === 'string' ? __SDK_VERSION__ : '0.0.0'}`,
    id: clientKey,
    inst,
    instance: inst,
  };
  const known = new Set<string | undefined>();
  const countsUrl = root + ((events as Exclude<typeof events, false>)?.path ?? '/client/v1/b');
  let mayCount = isLive && events !== false;
  /** What was counted up to some moment, until it has arrived. */
  let reports: Report[] = [];
  let series = 0;
  let underWay: Promise<{ readonly ok: boolean }> | null = null;
  let timer: ReturnType<typeof setTimeout> | 0 = 0;
  let seq = 0;
  /** When the first of what is in no report yet was counted; 0: nothing was. */
  let from = 0;
  let dropped = 0;
  let sent = 0;
  let lists: Partial<Record<List, unknown[]>> = {};

  const empty = (): void => {
    lists = {};
    from = 0;
  };

  /** What was counted so far becomes a report. */
  const seal = (): void => {
    seq += 1;
    reports.push([
      JSON.stringify({ schema: 1, ...sender, seq, from, to: now(), ...lists, ...tools.take?.() }),
      Object.values(lists).flat().length,
    ]);
    empty();
  };

  /** What is to be sent next. */
  const next = (): Report | undefined => {
    if (!reports[0] && from) seal();
    return reports[0];
  };

  const schedule = (): void => {
    if (!timer)
      timer = page.setTimeout(
        flush,
        Math.max(MIN_FLUSH_MS, (events as Exclude<typeof events, false>)?.flushIntervalMs ?? FLUSH_MS),
      );
  };

  const touch = (): boolean => {
    if (mayCount) {
      from ||= now();
      schedule();
    }
    return mayCount;
  };

  /** What becomes of the oldest report. */
  const done = (isSent: boolean): void => {
    const count = (reports.shift() as Report)[1];
    series -= count;
    if (isSent) sent += count;
    else dropped += count;
  };

  const deliver = async (): Promise<{ readonly ok: boolean }> => {
    let ok = true;
    for (let report = next(); ok && report; report = next()) {
      const [status] = await post(page, countsUrl, report[0]);
      ok = status < 300;
      if (!ok) log('GP1201', `${status}`);
      // What was refused once would be refused again, unless the service was but busy (429) or broken.
      if (report === reports[0] && status < 429) done(ok);
    }
    underWay = null;
    timer = 0;
    if (next()) schedule();
    return { ok };
  };

  const flush = (): Promise<{ readonly ok: boolean }> => {
    underWay ??= deliver();
    return underWay;
  };

  /** What has a name is counted once. */
  const count = (list: List, entry: unknown, name?: string): void => {
    if (known.has(name) || !touch()) return;
    if (name) known.add(name);
    if (series < MAX_ENTRIES) {
      lists[list] ??= [];
      lists[list].push(entry);
      series += 1;
      if (JSON.stringify(lists).length > MAX_CHARACTERS) seal();
    } else dropped += 1;
  };

  /** The page may end at any moment. */
  const beacon = (): void => {
    for (let report = next(); report && page.navigator.sendBeacon?.(countsUrl, report[0]); report = next()) done(true);
    void flush();
  };

  // 4. Values, and who reads them.

  const tools = { used: new Map(), allowOverrides, touch } as Partial<Tools> as Tools;
  const [look, status, waitForInitialization, identify, pause, resume, end] = createSession(
    page,
    now,
    root,
    options,
    sender,
    isLive,
    log,
    emit,
    anonymousKey,
    recall,
    remember,
    tools,
  );

  const expose = (answer: Answer): void => {
    const { key, fallback, detail, served } = answer;
    const { reason, variation, flagVersion: fv } = detail;
    if (look().flags && !answer.seen) {
      answer.seen = true;
      if (reason.kind === 'ERROR') count('missing', [key.slice(0, 128), reason.errorKind, 1], key + reason.errorKind);
      if (reason.kind === 'REMOTE' && served?.variation) {
        // Why does not matter for its name: a bootstrap does not say it, and the service may do so later.
        const name = String([key, fv, variation, served.seat?.stage]);
        count(
          'evals',
          { flag: key, fv, var: variation, reason: (reason.reason ?? reason).kind, n: 1, ...served.seat },
          name,
        );
      }
    }
    if (hooks[0])
      tellHooks('afterEvaluation', {
        key,
        context: without(look().context, [...privateAttributes, ...localAttributes]),
        fallback,
        detail,
      });
  };

  const reader = (isPeek?: boolean) => (flag: string | FlagRef<unknown>, fallback?: unknown) => {
    const answer = read(look(), tools, flag, fallback);
    if (!isPeek) expose(answer);
    return answer.detail;
  };
  const variationDetail = reader();
  const peekDetail = reader(true);
  const variation = (flag: string, fallback: unknown) => variationDetail(flag, fallback).value;

  // 5. The life of the page.

  const leaving = new AbortController();
  let hiding: ReturnType<typeof setTimeout> | undefined;

  const onPage = ({ type }: { type?: string }): void => {
    const isLeft = type === 'pagehide';
    page.clearTimeout(hiding);
    if (isLeft || page.document.hidden) {
      beacon();
      if (isLeft) pause();
      else hiding = page.setTimeout(pause, options.hiddenDisconnectMs ?? HIDDEN_MS);
    } else resume();
  };

  on('status', (told) => tellHooks('onStatus', told));
  if (isLive) {
    if (page.document.hidden) onPage({});
    // `visibilitychange` reaches the window, too.
    for (const type of ['visibilitychange', 'pagehide', 'pageshow', 'online'])
      page.addEventListener(type, onPage, { signal: leaving.signal });
  }

  const client = {
    get status() {
      return { ...status(), events: { series, sent, dropped } };
    },
    get context() {
      return look().context;
    },
    get anonymousKey() {
      return key || null;
    },
    waitForInitialization,
    variation,
    variationDetail,
    peek: (flag: string, fallback: unknown) => peekDetail(flag, fallback).value,
    peekDetail,
    identify,
    reset(how?: { rotateAnonymous?: boolean }) {
      kept.clear();
      if (how?.rotateAnonymous) key = '';
      save();
      return identify(null);
    },
    setConsent(consent: { storage?: boolean; events?: boolean }) {
      mayStore = consent.storage ?? mayStore;
      mayCount = isLive && (consent.events ?? mayCount);
      save();
      if (mayCount) return;
      tools.take?.();
      empty();
      reports = [];
      series = 0;
    },
    on,
    store: (flag: string, fallback: unknown) => ({
      subscribe(run: (value: unknown) => void) {
        const tell = () => run(variation(flag, fallback));
        tell();
        return on(`change:${flag}`, tell);
      },
    }),
    track(event: string, data?: TrackData) {
      const variations: Record<string, string | undefined> = {};
      for (const [flag, { detail }] of tools.used) variations[flag] = detail.variation ?? undefined;
      count('track', [event, variations, 1, data?.value ?? 0]);
      tellHooks('afterTrack', { event, data });
    },
    flush,
    async close() {
      leaving.abort();
      page.clearTimeout(hiding);
      end();
      mayCount = false;
      await flush();
    },
    '~tools': tools,
  };
  return client as unknown as BrowserClient;
}
