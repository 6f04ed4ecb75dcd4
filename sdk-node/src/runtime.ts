import { drainCounts, quiet, re2Engine } from '@glidepath/core';
import { createSession, decodePayload, type EnvironmentState, type ItemId } from '@glidepath/core/protocol';
import {
  type ClientStatus,
  createEmitter,
  createLog,
  createReadiness,
  type DataSource,
  type EventFigures,
  type InitResult,
  type SdkError,
} from '@glidepath/core/sdk';
import { type Answers, type Layer, layered } from './answers.ts';
import { createCounts } from './counts.ts';
import { detailOn } from './detail.ts';
import { createEvents, type Events } from './events.ts';
import { faultListener } from './faults.ts';
import { createHooks } from './hooks.ts';
import type { Host, Serving } from './host.ts';
import { eventsOf, logLevelOf, numberOf, readSettings, type Settings } from './options.ts';
import type { Platform } from './platform.ts';
import { createRuleset } from './ruleset.ts';
import { isInTouch, type Life, NEWBORN, statusOf } from './status.ts';
import { createTransport, type Outcome, type Transport } from './transport.ts';
import type { ClientOptions, CloseResult, FlushResult } from './types.ts';

/** Problems that no waiting mends: somebody must give another key. */
const UNAUTHORIZED: ReadonlySet<string> = new Set(['GP1401', 'GP1403']);

const NO_EVENTS: EventFigures = { series: 0, sent: 0, dropped: 0 };

/** One client's life: from where its data comes, what is served of it, and its end. */
export interface Runtime {
  readonly host: Host;
  /** What `variation` asks: kept apart, because nothing may stand between a call and its answer. */
  readonly current: { readonly answers: Answers | null };
  status(): ClientStatus;
  wait(options?: { timeoutSeconds?: number; need?: 'any' | 'fresh' }): Promise<InitResult>;
  flush(options?: { timeoutMs?: number }): Promise<FlushResult>;
  close(options?: { timeoutMs?: number }): Promise<CloseResult>;
}

/** Starts at once. `layers` stand between callers and the answers, the first one closest to the environment. */
export function createRuntime(platform: Platform, options: ClientOptions, layers: readonly Layer[] = []): Runtime {
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
    onFault: faultListener(counts, log),
  });
  const hooks = createHooks(options.hooks, log);
  if (hooks !== null) emitter.on('status', hooks.status);
  const staleAfterMs = numberOf('staleAfterMs', options.staleAfterMs);

  let life: Life = { ...NEWBORN, mode: options.mode === 'offline' ? 'offline' : 'stream' };
  let transport: Transport | null = null;
  let serving: Serving | null = null;
  const current: { answers: Answers | null } = { answers: null };
  const closers: (() => void)[] = [];
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

  const serve = (next: Serving | null): void => {
    serving = next;
    current.answers = next?.answers ?? null;
  };

  const swap = (state: EnvironmentState, changed: readonly ItemId[], source: DataSource): void => {
    const fromVersion = life.environmentVersion;
    const isFirst = life.source === 'none';
    // What changes takes its counts with it.
    collect();
    const keys = ruleset.swap(state, changed);
    const { environment } = ruleset;
    if (life.mode !== 'closed' && environment !== null)
      serve({
        environment,
        epoch: state.epoch,
        version: state.version,
        answers: layered(environment, layers),
        quiet: layered(quiet(environment), layers),
      });
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
    const known = options.bootstrap && 'ruleset' in options.bootstrap ? loadBootstrap(options.bootstrap.ruleset) : null;
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

  const close = (timeoutMs: number): Promise<CloseResult> => {
    cancelStale();
    transport?.stop();
    for (const run of closers) run();
    serve(null);
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

  const host: Host = {
    platform,
    options,
    log,
    emitter,
    counts,
    hooks,
    get life() {
      return life;
    },
    get serving() {
      return serving;
    },
    detail: (from, flag, context, fallback) => detailOn(host, from, flag, context, fallback),
    onClose: (run) => closers.push(run),
  };

  try {
    boot();
  } catch (error) {
    log('error', 'GP1900', `unexpected fault at start, fallbacks are served: ${String(error)}`);
  }

  return {
    host,
    current,
    status,
    wait: (wait) =>
      life.mode === 'offline'
        ? Promise.resolve({ status: 'ready', source: life.source, elapsedMs: 0 })
        : readiness.wait(wait),
    flush: (flushOptions) =>
      events?.flush(numberOf('closeMs', flushOptions?.timeoutMs)) ?? Promise.resolve({ sent: 0, dropped: 0, ok: true }),
    close: closeOnce,
  };
}
