import {
  type ClientStatus,
  createLog,
  type DataSource,
  type FlagRef,
  type SdkError,
  type TrackData,
} from '@glidepath/core/sdk';
import { readBootstrap } from './bootstrap.ts';
import { fingerprintOf, type Subject, whoOf, without } from './context.ts';
import { createCounts } from './counts.ts';
import { createEvents, listenWith } from './events.ts';
import { createMemory } from './memory.ts';
import { clockOf, type Page, uuid } from './page.ts';
import { type Answer, read, type Serving } from './reading.ts';
import { type Connection, createSession } from './session.ts';
import { isInTouch, type Phase, stateOf } from './status.ts';
import { TOOLS, type Tools } from './tools.ts';
import type {
  BrowserClient,
  BrowserClientOptions,
  ContextInput,
  IdentifyOptions,
  IdentifyResult,
  RegisteredFlags,
} from './types.ts';
import { changedKeys, type Flags } from './values.ts';
import { createWaiting } from './waiting.ts';

declare const __SDK_VERSION__: string | undefined;

const SDK = `browser/${typeof __SDK_VERSION__ === 'string' ? __SDK_VERSION__ : '0.0.0'}`;
/** What offline clients keep, such as those that servers render pages with. */
const FORGETFUL = { clientKey: '', cache: 'none', anonymous: { persist: 'none' } } as const;
const MOST_USED = 1_000;
const NO_FLAGS: Flags = new Map();
/** `visibilitychange` reaches the window, too. */
const PAGE_EVENTS = ['visibilitychange', 'pagehide', 'pageshow', 'online'];

/** The client of a page; `createClient` gives it the one that it runs in. */
export function createClientOn<F extends object = RegisteredFlags>(
  page: Page,
  given: NoInfer<BrowserClientOptions<F>>,
): BrowserClient<F> {
  const options = given as BrowserClientOptions;
  const { clientKey, mode, events, bootstrap, hooks = [], localAttributes = [], privateAttributes = [] } = options;
  const now = clockOf(page);
  const bornAt = now();
  const log = createLog(options.logger ?? page.console, options.logLevel ?? 'error', now);
  const [on, emit] = createEvents((event, error) => log('error', 'GP1901', `'${event}' listener threw: ${error}`));
  const base = `${String(options.url ?? page.location?.origin).replace(/\/$/, '')}/client/v1/`;
  const isConfigured = /^https?:/.test(base) && /^gp_cli_/.test(clientKey);
  const isLive = mode !== 'offline' && isConfigured;
  const inst = uuid(page);

  let serving: Serving = {
    flags: null,
    version: null,
    source: 'none',
    stale: false,
    over: null,
    overrides: null,
    answers: new Map(),
  };
  const serve = (change: Partial<Serving>): void => {
    serving = { ...serving, ...change, answers: new Map() };
  };
  let phase: Phase = isLive ? 'live' : 'offline';
  let connection: Connection = 'disconnected';
  let connects = 0;
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
  let closing: Promise<unknown> | undefined;
  let areAllowed = !!options.allowOverrides;
  let overrides: ReadonlyMap<string, unknown> = new Map();
  const used = new Map<string, Answer>();
  const [wait, tellWaiters] = createWaiting(page, () => [serving.source, phase === 'offline', stuck]);

  listenWith(hooks, on);

  const memory = createMemory(page, isLive ? options : FORGETFUL);
  const counts = createCounts(page, `${base}b`, isLive && events, { instance: inst, id: clientKey, sdk: SDK }, () =>
    log('info', 'GP1201', 'counts not sent'),
  );

  const status = (): ClientStatus => ({
    state: stateOf(phase, connection, serving),
    connection: phase !== 'live' ? 'none' : isInTouch(connection) ? connection : 'disconnected',
    source: serving.source,
    environmentVersion: serving.version,
    lastUpdateAt,
    lastContactAt,
    reconnects: Math.max(0, connects - 1),
    events: counts.figures(),
    lastError,
  });

  /** Tells those who listen if the status is another one than last time. */
  const tellStatus = (): void => {
    const state = stateOf(phase, connection, serving);
    const next = state + connection;
    if (told === next) return;
    told = next;
    for (const name of ['status', 'onStatus']) emit(name, status());
    if (state === 'stale') emit(state, status());
  };

  const tellChange = (keys: readonly string[], fromVersion: number | null): void => {
    const { version, source } = serving;
    const change = { keys, fromVersion, toVersion: version ?? 0, source };
    if (keys[0] !== undefined) emit('change', change);
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
    tellChange(changedKeys(before.flags ?? NO_FLAGS, flags), before.version);
  };

  /** Where waiting does not mend it, nobody waits. */
  const fail = (code: string, message: string, retryable = true): void => {
    const error = { code, message, retryable };
    lastError = error;
    log(retryable ? 'warn' : 'error', code, message);
    emit('error', error);
    if (retryable) return;
    stuck = error;
    tellWaiters();
    pending?.({ status: 'failed', error });
  };

  const override = (next: ReadonlyMap<string, unknown>): void => {
    overrides = next;
    serve({ overrides: areAllowed ? next : null });
    tellChange([...used.keys()], serving.version);
  };

  const session = createSession(
    page,
    base,
    mode,
    options.poll?.intervalMs,
    { sdk: SDK, inst, app: {}, id: clientKey },
    (held, source) => {
      if (held.flags !== serving.flags || held.v !== serving.version) {
        swap(held.flags, held.v, source);
        if (fingerprint) memory.remember(fingerprint, held);
      }
      pending?.({ status: 'applied' });
    },
    () => {
      lastContactAt = now();
    },
    (next, stale) => {
      if (next === 'streaming' && connection !== next) connects += 1;
      connection = next;
      if (stale !== serving.stale) serve({ stale });
      tellStatus();
    },
    (serverAllows) => {
      areAllowed = options.allowOverrides ?? serverAllows;
      if (overrides.size) override(overrides);
    },
    (code, message) => fail(code, message, code[3] !== '4'),
  );

  /** Asks for the values of somebody; those remembered are served at once, unless the page brought some. */
  const ask = (next: Subject): void => {
    subject = next;
    stuck = null;
    const who = whoOf(next, localAttributes, () => {
      anonymousKey = memory.anonymousKey();
      return anonymousKey;
    });
    fingerprint = who.context ? fingerprintOf(JSON.stringify(who.context)) : '';
    const held = memory.recall(fingerprint);
    if (held && (pending || !serving.flags)) {
      swap(held.flags, held.v, 'cache');
      pending?.({ status: 'cached' });
    }
    session.identify(who, held);
  };

  const identify = (context: ContextInput, how: IdentifyOptions = {}): Promise<IdentifyResult> =>
    new Promise((resolve) => {
      pending?.({ status: 'superseded' });
      pending = resolve;
      page.setTimeout(resolve, (how.timeoutSeconds ?? 5) * 1_000, { status: 'timeout' });
      if (phase === 'live') ask({ ...how, context });
      else fail('GP1003', phase, false);
    });

  const expose = (answer: Answer): void => {
    const { key, fallback, detail } = answer;
    const { reason, variation, flagVersion: fv } = detail;
    if (serving.flags && !answer.isCounted) {
      answer.isCounted = true;
      if (reason.kind === 'ERROR') counts.add('missing', [String(key).slice(0, 128), reason.errorKind, 1]);
      if (reason.kind === 'REMOTE' && variation !== null)
        counts.add('evals', { flag: key, fv, var: variation, reason: reason.reason ?? reason.kind, n: 1 });
    }
    if (!hooks[0]) return;
    const context = without(subject.context, [...privateAttributes, ...localAttributes]);
    emit('afterEvaluation', { key, context, fallback, detail });
  };

  const reader = (isExposure: boolean) => (flag: string | FlagRef<unknown>, fallback?: unknown) => {
    const answer = read(serving, flag, fallback);
    if (used.size < MOST_USED) used.set(answer.key, answer);
    if (isExposure) expose(answer);
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
      counts.beacon();
      if (isLeft) session.pause();
      else hiding = page.setTimeout(session.pause, options.hiddenDisconnectMs ?? 60_000);
    } else session.resume();
  };

  const close = async (): Promise<void> => {
    for (const type of PAGE_EVENTS) page.removeEventListener?.(type, onPage);
    page.clearTimeout(hiding);
    session.pause();
    phase = 'closed';
    serve({ over: 'CLIENT_CLOSED' });
    fail('GP1002', phase, false);
    tellStatus();
    await counts.flush();
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
    phase = 'failed';
    if (!serving.flags) serve({ over: 'CONFIG' });
    fail('GP1001', 'url or clientKey missing or wrong', false);
  }

  const tools: Tools = {
    used,
    override,
    look: () => ({ flags: serving.flags, areAllowed, overrides }),
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
    waitForInitialization: wait,
    variation,
    variationDetail,
    peek: (flag: string, fallback: unknown) => peekDetail(flag, fallback).value,
    peekDetail,
    identify,
    reset(how?: { rotateAnonymous?: boolean }) {
      memory.forget(!!how?.rotateAnonymous);
      return identify(null);
    },
    setConsent({ storage, events }: { storage?: boolean; events?: boolean }) {
      if (storage !== undefined) memory.allow(storage);
      if (events !== undefined) counts.allow(events);
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
      counts.add('track', [event, Object.fromEntries(seen), 1, data?.value ?? 0]);
      emit('afterTrack', { event, data });
    },
    flush: counts.flush,
    async close() {
      closing ??= close();
      await closing;
    },
    [TOOLS]: tools,
  };
  return client as unknown as BrowserClient<F>;
}
