import {
  type ClientStatus,
  createLog,
  type DataSource,
  type FlagRef,
  type InitResult,
  type SdkError,
  type TrackData,
} from '@glidepath/core/sdk';
import { readBootstrap } from './bootstrap.ts';
import { fingerprintOf, isObject, type Subject, whoOf, without } from './context.ts';
import { createCounts } from './counts.ts';
import { createEvents, listenWith } from './events.ts';
import { HIDDEN_MS } from './limits.ts';
import { createMemory } from './memory.ts';
import { clockOf, type Page, uuid } from './page.ts';
import { type Answer, type Answers, read, type Serving } from './reading.ts';
import { createSession } from './session.ts';
import { isInTouch, type Standing, stateOf } from './status.ts';
import type { Tools } from './tools.ts';
import type { BrowserClient, BrowserClientOptions, ContextInput, IdentifyOptions, IdentifyResult } from './types.ts';
import { changedKeys, type Flags } from './values.ts';

declare const __SDK_VERSION__: string | undefined;

const SDK = `browser/${typeof __SDK_VERSION__ === 'string' ? __SDK_VERSION__ : '0.0.0'}`;
const ENOUGH = { any: /^(?!none)/, fresh: /stream|poll/ } as const;
/** `visibilitychange` reaches the window, too. */
const PAGE_EVENTS = ['visibilitychange', 'pagehide', 'pageshow', 'online'];

/** The client of a page; `createClient` gives it the one that it runs in. */
export function createClientOn(page: Page, options: BrowserClientOptions): BrowserClient {
  const { clientKey, mode, events, bootstrap, hooks = [], localAttributes = [], privateAttributes = [] } = options;
  const now = clockOf(page);
  const bornAt = now();
  const log = createLog(options.logger ?? page.console, options.logLevel ?? 'error', now);
  const [on, emit] = createEvents((event, error) => log('error', 'GP1901', `'${event}' listener threw: ${error}`));
  const base = `${String(options.url ?? page.location?.origin).replace(/\/$/, '')}/client/v1/`;
  const isConfigured = /^https?:.*\/gp_cli_/.test(base + clientKey);
  const inst = uuid(page);

  let serving: Serving = {
    flags: null,
    version: null,
    source: 'none',
    stale: false,
    over: null,
    overrides: null,
    areAllowed: !!options.allowOverrides,
  };
  const serve = (change: Partial<Serving>): void => {
    serving = { ...serving, ...change };
  };
  let isLive = mode !== 'offline' && isConfigured;
  let standing: Standing = isLive ? 'disconnected' : 'offline';
  /** The first connection is none. */
  let reconnects = -1;
  let lastUpdateAt: number | null = null;
  let lastContactAt: number | null = null;
  let lastError: SdkError | null = null;
  /** Why nothing will come until somebody mends it. */
  let stuck: SdkError | null = null;
  let told: string | undefined;
  let subject: Subject = options;
  let anonymousKey: string | null = null;
  let fingerprint = '';
  let pending: ((result: IdentifyResult) => void) | undefined;
  const used: Answers = new Map();
  const waiters = new Set<() => void>();

  listenWith(hooks, on);

  const [keyOf, recall, remember, forget, allowStorage] = createMemory(page, options, isLive);
  const sender = { instance: inst, id: clientKey, sdk: SDK };
  const [count, flush, beacon, allowCounts, figures] = createCounts(
    page,
    now,
    `${base}b`,
    isLive && events,
    sender,
    () => log('info', 'GP1201', 'counts not sent'),
  );

  const status = (): ClientStatus => ({
    state: stateOf(standing, serving),
    connection: isLive ? (isInTouch(standing) ? standing : 'disconnected') : 'none',
    source: serving.source,
    environmentVersion: serving.version,
    lastUpdateAt,
    lastContactAt,
    reconnects: Math.max(0, reconnects),
    events: figures(),
    lastError,
  });

  const waitForInitialization: BrowserClient['waitForInitialization'] = ({ timeoutSeconds = 5, need = 'any' } = {}) =>
    new Promise((resolve) => {
      const askedAt = now();
      const waiter = (late?: 'timeout') => {
        const { source } = serving;
        const isEnough = standing === 'offline' || ENOUGH[need].test(source);
        const status = stuck ? 'failed' : isEnough ? 'ready' : late;
        if (!status) return;
        waiters.delete(waiter);
        resolve({ status, source, elapsedMs: now() - askedAt, ...(stuck && { error: stuck }) } as InitResult);
      };
      waiters.add(waiter);
      waiter();
      if (waiters.has(waiter)) page.setTimeout(waiter, Math.min(60, timeoutSeconds) * 1_000, 'timeout');
    });

  /** Something may have come that somebody waits for. */
  const tellWaiters = (): void => {
    for (const waiter of waiters) waiter();
  };

  /** Tells those who listen if the status is another one than last time. */
  const tellStatus = (): void => {
    const state = stateOf(standing, serving);
    const next = state + standing;
    if (told === next) return;
    told = next;
    for (const name of ['status', 'onStatus']) emit(name, status());
    if (state === 'stale') emit(state, status());
  };

  const tellChange = (keys: readonly string[], fromVersion: number | null): void => {
    const { version, source } = serving;
    const change = { keys, fromVersion, toVersion: version ?? 0, source };
    if (keys.length > 0) emit('change', change);
    for (const key of keys) emit(`change:${key}`, { ...change, key });
  };

  const swap = (flags: Flags, version: number | null, source: DataSource): void => {
    const before = serving;
    serve({ flags, version, source });
    lastUpdateAt = now();
    stuck = null;
    tellWaiters();
    // Later, so that a listener added right after `createClient` hears of a bootstrap too.
    const elapsedMs = lastUpdateAt - bornAt;
    if (!before.flags) queueMicrotask(() => emit('ready', { status: 'ready', source, elapsedMs }));
    tellChange(changedKeys(before.flags, flags), before.version);
  };

  /** Nobody waits for what waiting does not mend. */
  const giveUp = (error: SdkError): void => {
    stuck = error;
    tellWaiters();
    pending?.({ status: 'failed', error });
  };

  const fail = (code: string, message: string = standing): void => {
    const retryable = /^GP1[12]/.test(code);
    const error = { code, message, retryable };
    lastError = error;
    log(retryable ? 'warn' : 'error', code, message);
    emit('error', error);
    if (!retryable) giveUp(error);
  };

  /** Serves any flag otherwise. */
  const turn = (change: Partial<Serving>): void => {
    serve(change);
    tellChange([...used.keys()], serving.version);
  };

  const [askFor, pause, resume] = createSession(
    page,
    now,
    base,
    mode,
    options.poll?.intervalMs,
    { sdk: SDK, inst, app: {}, id: clientKey },
    (held, source) => {
      if (held.flags !== serving.flags || held.v !== serving.version) {
        swap(held.flags, held.v, source);
        if (fingerprint) remember(fingerprint, held);
      }
      pending?.({ status: 'applied' });
    },
    (next, stale = serving.stale) => {
      if (next === 'streaming' && standing !== next) reconnects += 1;
      standing = next;
      if (isInTouch(next)) lastContactAt = now();
      if (stale !== serving.stale) serve({ stale });
      tellStatus();
    },
    (serverAllows) => {
      const areAllowed = options.allowOverrides ?? serverAllows;
      if (areAllowed !== serving.areAllowed) (serving.overrides ? turn : serve)({ areAllowed });
    },
    fail,
    emit,
  );

  /** Asks for the values of somebody; those remembered are served at once, unless the page brought some. */
  const ask = (next: Subject): void => {
    subject = next;
    stuck = null;
    const who = whoOf(next, localAttributes, () => {
      anonymousKey = keyOf();
      return anonymousKey;
    });
    const before = fingerprint;
    fingerprint = who.context ? fingerprintOf(JSON.stringify(who.context)) : '';
    const held = recall(fingerprint);
    if (held && (pending || !serving.flags)) {
      // Of somebody who is asked for again, the live values are served already.
      if (fingerprint !== before) swap(held.flags, held.v, 'cache');
      pending?.({ status: 'cached' });
    }
    askFor(who, held);
    const over = isObject(next.context ?? {}) ? null : 'INVALID_CONTEXT';
    if (over !== serving.over) turn({ over });
  };

  const identify = (context: ContextInput, how: IdentifyOptions = {}): Promise<IdentifyResult> =>
    new Promise((resolve) => {
      pending?.({ status: 'superseded' });
      pending = resolve;
      page.setTimeout(resolve, (how.timeoutSeconds ?? 5) * 1_000, { status: 'timeout' });
      if (isLive) ask({ ...how, context });
      else fail('GP1003');
    });

  const expose = (key: string, answer: Answer): void => {
    const { fallback, detail } = answer;
    const { reason, variation, flagVersion: fv } = detail;
    if (serving.flags && !answer.isCounted) {
      answer.isCounted = true;
      if (reason.kind === 'ERROR') count('missing', [String(key).slice(0, 128), reason.errorKind, 1]);
      if (reason.kind === 'REMOTE' && variation !== null)
        count('evals', { flag: key, fv, var: variation, reason: (reason.reason ?? reason).kind, n: 1 });
    }
    if (!hooks[0]) return;
    const context = without(subject.context, [...privateAttributes, ...localAttributes]);
    emit('afterEvaluation', { key, context, fallback, detail });
  };

  const reader = (isExposure: boolean) => (flag: string | FlagRef<unknown>, fallback?: unknown) => {
    const [key, answer] = read(serving, used, flag, fallback);
    if (isExposure) expose(key, answer);
    return answer.detail;
  };
  const variationDetail = reader(true);
  const peekDetail = reader(false);
  const variation = (flag: string, fallback: unknown) => variationDetail(flag, fallback).value;

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

  const close = async (): Promise<void> => {
    for (const type of PAGE_EVENTS) page.removeEventListener?.(type, onPage);
    page.clearTimeout(hiding);
    pause();
    isLive = false;
    standing = 'closed';
    serve({ over: 'CLIENT_CLOSED' });
    giveUp({ code: 'GP1002', message: standing, retryable: false });
    tellStatus();
    await flush();
  };

  const start = (): void => {
    ask(options);
    if (page.document.hidden) onPage({});
    for (const type of PAGE_EVENTS) page.addEventListener(type, onPage);
  };

  try {
    if (bootstrap) swap(...readBootstrap(bootstrap, page), 'bootstrap');
  } catch (error) {
    fail('GP1107', `bootstrap ignored: ${error}`);
  }
  if (isLive) start();
  else if (mode !== 'offline') {
    standing = 'failed';
    if (!serving.flags) serve({ over: 'CONFIG' });
    fail('GP1001', 'url or clientKey missing or wrong');
  }

  const tools: Tools = {
    used,
    override: (overrides) => turn({ overrides }),
    look: () => serving,
  };

  const client = {
    get status() {
      return status();
    },
    get context() {
      return subject.context;
    },
    get anonymousKey() {
      return anonymousKey;
    },
    waitForInitialization,
    variation,
    variationDetail,
    peek: (flag: string, fallback: unknown) => peekDetail(flag, fallback).value,
    peekDetail,
    identify,
    reset(how?: { rotateAnonymous?: boolean }) {
      forget(!!how?.rotateAnonymous);
      return identify(null);
    },
    setConsent({ storage, events }: { storage?: boolean; events?: boolean }) {
      allowStorage(storage);
      allowCounts(events);
    },
    on,
    store: (key: string, fallback: unknown) => ({
      subscribe(run: (value: unknown) => void) {
        const tell = () => run(variation(key, fallback));
        tell();
        return on(`change:${key}`, tell);
      },
    }),
    track(event: string, data?: TrackData) {
      const seen = [...used].map(([key, { detail }]) => [key, detail.variation]);
      count('track', [event, Object.fromEntries(seen), 1, data?.value ?? 0]);
      emit('afterTrack', { event, data });
    },
    flush,
    close,
    '~tools': tools,
  };
  return client as unknown as BrowserClient;
}
