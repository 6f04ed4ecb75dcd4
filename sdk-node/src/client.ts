import { type ContextInput, drainCounts, type Environment, type ErrorKind, re2Engine } from '@glidepath/core';
import { createSession, decodePayload, type EnvironmentState, type ItemId } from '@glidepath/core/protocol';
import { createCounts } from './counts.ts';
import { createEmitter } from './emitter.ts';
import { createEvents, type Events } from './events.ts';
import { createLog } from './logging.ts';
import { eventsOf, logLevelOf, numberOf, readSettings, type Settings } from './options.ts';
import type { Platform } from './platform.ts';
import { createReadiness } from './readiness.ts';
import { createRuleset } from './ruleset.ts';
import { isInTouch, type Life, NEWBORN, statusOf } from './status.ts';
import { createTransport, type Outcome, type Transport } from './transport.ts';
import type {
  ClientOptions,
  ClientStatus,
  CloseResult,
  DataSource,
  EvaluationDetail,
  EventFigures,
  FlagsClient,
  SdkError,
  Widen,
} from './types.ts';

/** Problems that no waiting mends: somebody must give another key. */
const UNAUTHORIZED: ReadonlySet<string> = new Set(['GP1401', 'GP1403']);

const NO_EVENTS: EventFigures = { series: 0, sent: 0, dropped: 0 };

/** The client over a given platform; `createClient` gives it Node's. */
export function createClientOn(platform: Platform, options: ClientOptions): FlagsClient {
  const bornAt = platform.monotonic();
  const log = createLog(options.logger ?? platform.logger, logLevelOf(options.logLevel), platform.monotonic);
  const emitter = createEmitter((event, error) =>
    log('error', 'GP1901', `a listener of '${event}' threw: ${String(error)}`),
  );
  const readiness = createReadiness(platform);
  const eventOptions = eventsOf(options);
  const counts =
    eventOptions &&
    createCounts({
      maxSeries: numberOf('maxSeries', eventOptions.maxSeries),
      maxBytes: numberOf('maxBytes', eventOptions.maxBytes),
    });
  const ruleset = createRuleset({
    matches: re2Engine(platform.loadRe2),
    ...(counts && { onFault: (key, errorKind) => counts.missed(key, errorKind) }),
  });
  const staleAfterMs = numberOf('staleAfterMs', options.staleAfterMs);

  let life: Life = { ...NEWBORN, mode: options.mode === 'offline' ? 'offline' : 'stream' };
  let transport: Transport | null = null;
  /** What is evaluated against; null before the first data and after `close`. */
  let serving: Environment | null = null;
  let events: Events | null = null;
  let closing: Promise<CloseResult> | null = null;
  let cancelStale = (): void => undefined;

  const status = (): ClientStatus =>
    statusOf(life, counts ? { series: counts.series, sent: counts.sent, dropped: counts.dropped } : NO_EVENTS);

  const live = (change: Partial<Life>): void => {
    const before = status();
    life = { ...life, ...change };
    life = { ...life, stale: life.isSilent && !isInTouch(life) };
    const now = status();
    if (now.state !== before.state || now.connection !== before.connection) emitter.emit('status', now);
    if (now.state === 'stale' && before.state !== 'stale') emitter.emit('stale', now);
  };

  const listenForSilence = (): void => {
    cancelStale();
    cancelStale = platform.setTimer(() => live({ isSilent: true }), staleAfterMs, false);
  };

  const onContact = (): void => {
    listenForSilence();
    live({ lastContactAt: platform.now(), isSilent: false });
  };

  const collect = (): void => {
    if (counts && ruleset.environment) drainCounts(ruleset.environment, counts.evaluated);
  };

  const swap = (state: EnvironmentState, changed: readonly ItemId[], source: DataSource): void => {
    const fromVersion = life.environmentVersion;
    const isFirst = life.source === 'none';
    // What changes takes its counts with it.
    collect();
    const keys = ruleset.swap(state, changed);
    serving = life.mode === 'closed' ? null : ruleset.environment;
    live({ source, environmentVersion: state.version, lastUpdateAt: platform.now() });
    readiness.arrived(source);
    const elapsedMs = platform.monotonic() - bornAt;
    // Later, so that a listener added right after `createClient` hears of a bootstrap too.
    if (isFirst) queueMicrotask(() => emitter.emit('ready', { status: 'ready', source, elapsedMs }));
    if (keys.length === 0) return;
    emitter.emit('change', { keys, fromVersion, toVersion: state.version, source });
    for (const key of keys) emitter.emit(`change:${key}`, { key, fromVersion, toVersion: state.version });
  };

  const onOutcome = (outcome: Outcome): void => {
    switch (outcome.kind) {
      case 'applied':
        swap(outcome.state, outcome.changed, outcome.source);
        return;
      case 'connection': {
        const isNewStream = outcome.connection === 'streaming' && life.connection !== 'streaming';
        live({ connection: outcome.connection, connects: life.connects + (isNewStream ? 1 : 0) });
        return;
      }
      case 'problem':
        onProblem({ code: outcome.code, message: outcome.message, retryable: outcome.retryable });
    }
  };

  const onProblem = (error: SdkError): void => {
    log('warn', error.code, error.message);
    live({ lastError: error });
    emitter.emit('error', error);
    if (UNAUTHORIZED.has(error.code)) readiness.failed(error);
  };

  const connect = (settings: Settings, known: EnvironmentState | null): void => {
    const instance = platform.uuid();
    const decisions = createSession({
      sdk: platform.sdk,
      instance,
      application: options.application ?? {},
      hash: platform.hash,
      random: platform.random,
      monotonic: platform.monotonic,
      connectMs: settings.connectMs,
      idleMs: settings.idleMs,
      pollIntervalMs: settings.pollIntervalMs,
      reconnect: settings.reconnect,
      unsupported: ruleset.unsupported,
    });
    const onBug = (error: unknown): void =>
      log('error', 'GP1900', `unexpected fault in the stream, last values kept: ${String(error)}`);
    transport = createTransport({ settings, platform, decisions, onOutcome, onContact, onBug });
    listenForSilence();
    transport.start(known);
    const { application } = options;
    events = counts && createEvents({ platform, settings, counts, collect, instance, application, log });
    events?.start();
  };

  const boot = (): void => {
    const known = options.bootstrap ? loadBootstrap(options.bootstrap.ruleset) : null;
    if (life.mode === 'offline') return;
    const result = readSettings(options, platform.environment);
    if (result.kind === 'ok') connect(result.settings, known);
    else {
      log('error', result.error.code, result.error.message);
      live({ mode: 'failed', lastError: result.error });
      readiness.failed(result.error);
    }
  };

  /** Whatever the caller gives, the stream is connected to afterwards. */
  const loadBootstrap = (given: unknown): EnvironmentState | null => {
    try {
      const decoded = decodePayload(typeof given === 'string' ? given : (JSON.stringify(given) ?? ''), platform.hash);
      if (decoded.kind === 'ok') {
        swap(decoded.state, [...decoded.state.items.keys()], 'bootstrap');
        return decoded.state;
      }
      log('warn', 'GP1107', `the bootstrap was ignored: ${decoded.problem}`);
    } catch (error) {
      log('warn', 'GP1107', `the bootstrap was ignored: ${String(error)}`);
    }
    return null;
  };

  const whyNothing = (): readonly [ErrorKind, string] => {
    if (life.mode === 'closed') return ['CLIENT_CLOSED', 'the client was closed'];
    if (life.mode === 'failed') return ['CONFIG', life.lastError?.message ?? 'the client is not configured'];
    return ['CLIENT_NOT_READY', 'no data has arrived yet'];
  };

  const detailOfNothing = <T>(fallback: T): EvaluationDetail<Widen<T>> => {
    const [errorKind, message] = whyNothing();
    return {
      value: fallback as Widen<T>,
      variation: null,
      variationIndex: null,
      flagVersion: null,
      environmentVersion: life.environmentVersion,
      reason: { kind: 'ERROR', errorKind, message },
      source: life.source,
      stale: life.stale,
    };
  };

  const close = (timeoutMs: number): Promise<CloseResult> => {
    cancelStale();
    transport?.stop();
    serving = null;
    live({ mode: 'closed' });
    readiness.closed({ code: 'GP1002', message: 'the client was closed', retryable: false });
    emitter.clear();
    return events?.close(timeoutMs) ?? Promise.resolve({ flushed: true, dropped: 0 });
  };

  const closeMs = numberOf('closeMs', options.timeouts?.closeMs);
  const closeOnce = (closeOptions?: { readonly timeoutMs?: number }): Promise<CloseResult> => {
    closing ??= close(numberOf('closeMs', closeOptions?.timeoutMs ?? closeMs));
    return closing;
  };

  try {
    boot();
  } catch (error) {
    log('error', 'GP1900', `unexpected fault at start, fallbacks are served: ${String(error)}`);
  }

  return {
    get status() {
      return status();
    },
    waitForInitialization: (wait) =>
      life.mode === 'offline'
        ? Promise.resolve({ status: 'ready', source: life.source, elapsedMs: 0 })
        : readiness.wait(wait),
    variation<T>(key: string, context: ContextInput, fallback: T): Widen<T> {
      return (serving === null ? fallback : serving.value(key, context, fallback)) as Widen<T>;
    },
    variationDetail<T>(key: string, context: ContextInput, fallback: T): EvaluationDetail<Widen<T>> {
      if (serving === null) return detailOfNothing(fallback);
      const resolution = serving.evaluate(key, context, fallback);
      return {
        ...resolution,
        value: resolution.value as Widen<T>,
        environmentVersion: life.environmentVersion,
        source: life.source,
        stale: life.stale,
      };
    },
    on: (event: string, listener: (payload: never) => void, listenOptions) =>
      emitter.on(event, listener, listenOptions),
    flush: (flushOptions) =>
      events?.flush(numberOf('closeMs', flushOptions?.timeoutMs)) ?? Promise.resolve({ sent: 0, dropped: 0, ok: true }),
    close: closeOnce,
    async [Symbol.asyncDispose]() {
      await closeOnce();
    },
  };
}
