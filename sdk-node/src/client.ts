import { type ContextInput, type ErrorKind, re2Engine } from '@glidepath/core';
import { createSession, decodePayload, type EnvironmentState, type ItemId } from '@glidepath/core/protocol';
import { createEmitter } from './emitter.ts';
import { createLog } from './logging.ts';
import { durationOf, logLevelOf, readSettings, type Settings } from './options.ts';
import type { Platform } from './platform.ts';
import { createReadiness } from './readiness.ts';
import { createRuleset } from './ruleset.ts';
import { isInTouch, type Life, NEWBORN, statusOf } from './status.ts';
import { createTransport, type Outcome, type Transport } from './transport.ts';
import type { ClientOptions, DataSource, EvaluationDetail, FlagsClient, SdkError, Widen } from './types.ts';

/** Problems that no waiting mends: somebody must give another key. */
const UNAUTHORIZED: ReadonlySet<string> = new Set(['GP1401', 'GP1403']);

/** The client over a given platform; `createClient` gives it Node's. */
export function createClientOn(platform: Platform, options: ClientOptions): FlagsClient {
  const bornAt = platform.monotonic();
  const log = createLog(options.logger ?? platform.logger, logLevelOf(options.logLevel), platform.monotonic);
  const emitter = createEmitter((event, error) =>
    log('error', 'GP1901', `a listener of '${event}' threw: ${String(error)}`),
  );
  const readiness = createReadiness(platform);
  const ruleset = createRuleset({ matches: re2Engine(platform.loadRe2) });
  const staleAfterMs = durationOf('staleAfterMs', options.staleAfterMs);

  let life: Life = { ...NEWBORN, mode: options.mode === 'offline' ? 'offline' : 'stream' };
  let transport: Transport | null = null;
  let cancelStale = (): void => undefined;

  const live = (change: Partial<Life>): void => {
    const before = statusOf(life);
    life = { ...life, ...change };
    life = { ...life, stale: life.isSilent && !isInTouch(life) };
    const status = statusOf(life);
    if (status.state !== before.state || status.connection !== before.connection) emitter.emit('status', status);
    if (status.state === 'stale' && before.state !== 'stale') emitter.emit('stale', status);
  };

  const listenForSilence = (): void => {
    cancelStale();
    cancelStale = platform.setTimer(() => live({ isSilent: true }), staleAfterMs, false);
  };

  const onContact = (): void => {
    listenForSilence();
    live({ lastContactAt: platform.now(), isSilent: false });
  };

  const swap = (state: EnvironmentState, changed: readonly ItemId[], source: DataSource): void => {
    const fromVersion = life.environmentVersion;
    const isFirst = life.source === 'none';
    const keys = ruleset.swap(state, changed);
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
    const decisions = createSession({
      sdk: platform.sdk,
      instance: platform.uuid(),
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

  const close = async (): Promise<void> => {
    if (life.mode === 'closed') return;
    cancelStale();
    transport?.stop();
    live({ mode: 'closed' });
    readiness.closed({ code: 'GP1002', message: 'the client was closed', retryable: false });
    emitter.clear();
  };

  try {
    boot();
  } catch (error) {
    log('error', 'GP1900', `unexpected fault at start, fallbacks are served: ${String(error)}`);
  }

  return {
    get status() {
      return statusOf(life);
    },
    waitForInitialization: (wait) =>
      life.mode === 'offline'
        ? Promise.resolve({ status: 'ready', source: life.source, elapsedMs: 0 })
        : readiness.wait(wait),
    variation<T>(key: string, context: ContextInput, fallback: T): Widen<T> {
      const environment = ruleset.environment;
      if (environment === null || life.mode === 'closed') return fallback as Widen<T>;
      return environment.value(key, context, fallback) as Widen<T>;
    },
    variationDetail<T>(key: string, context: ContextInput, fallback: T): EvaluationDetail<Widen<T>> {
      const environment = ruleset.environment;
      if (environment === null || life.mode === 'closed') return detailOfNothing(fallback);
      const resolution = environment.evaluate(key, context, fallback);
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
    close,
    [Symbol.asyncDispose]: close,
  };
}
