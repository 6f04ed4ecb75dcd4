import { re2Engine } from '@glidepath/core';
import {
  type ClientStatus,
  createEmitter,
  createReadiness,
  type EventFigures,
  type InitResult,
  type SdkError,
  thrownWords,
} from '@glidepath/core/sdk';
import { type Answers, type Layer, layered } from './answers.ts';
import { createMemory, type Known } from './boot.ts';
import { countsOf, openConnection, type ServiceConnection } from './connection.ts';
import { detailOn } from './detail.ts';
import { docsAt, logFor } from './docs.ts';
import { faultListener } from './faults.ts';
import { createProtection } from './health/protection.ts';
import { createHooks } from './hooks.ts';
import type { Host } from './host.ts';
import { createOnDemand } from './on-demand.ts';
import { isOffline, numberOf, type Problem, readSettings, type Settings } from './options.ts';
import { createOverrides } from './overrides.ts';
import type { Platform } from './platform.ts';
import { createRuleset } from './ruleset.ts';
import { createServed } from './served.ts';
import { type Life, NEWBORN, statusOf } from './status.ts';
import { insistedOnAnswer, insistedOnData, strictly } from './strict.ts';
import type { Outcome } from './transport.ts';
import type { ClientOptions, CloseResult, FlushResult } from './types.ts';
import { createVitals } from './vitals.ts';

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
  const log = logFor(options, platform);
  const docsOf = docsAt(options, platform.environment);
  const documented = (problem: Problem): SdkError => ({ ...problem, docs: docsOf(problem.code) });
  const emitter = createEmitter((event, error) =>
    log('error', 'GP1901', `a listener of '${event}' threw: ${thrownWords(error)}`),
  );
  const hooks = createHooks(options.hooks, log);
  if (hooks !== null) emitter.on('status', hooks.status);
  const readiness = createReadiness(platform);
  const counts = countsOf(options, platform);
  const ruleset = createRuleset({ matches: re2Engine(platform.loadRe2), onFault: faultListener(counts, log) });
  const closeMs = numberOf('closeMs', options.timeouts?.closeMs);
  const offline = isOffline(options);
  const isOnDemand = options.waitUntil !== undefined && options.mode === 'poll' && !offline;
  const status = (life: Life): ClientStatus =>
    statusOf(life, counts ? { series: counts.series, sent: counts.sent, dropped: counts.dropped } : NO_EVENTS);
  const vitals = createVitals({
    platform,
    emitter,
    newborn: { ...NEWBORN, mode: offline ? 'offline' : 'stream' },
    statusOf: status,
    staleAfterMs: numberOf('staleAfterMs', options.staleAfterMs),
    isOnDemand,
  });
  const { live } = vitals;
  const configured = readSettings(options, platform.environment);
  const sdkKey = configured.kind === 'ok' ? configured.settings.sdkKey : null;
  const memory = createMemory({ platform, options, log, sdkKey, isOffline: offline });

  let connection: ServiceConnection | null = null;
  const closers: (() => void)[] = [];
  let closing: Promise<CloseResult> | null = null;

  const flush = (timeoutMs: number): Promise<FlushResult> =>
    connection?.events?.flush(timeoutMs) ?? Promise.resolve({ sent: 0, dropped: 0, ok: true });

  const onDemand =
    options.waitUntil === undefined || offline
      ? null
      : createOnDemand({
          platform,
          waitUntil: options.waitUntil,
          flush: () => flush(closeMs),
          catchUp() {
            if (isOnDemand) vitals.look();
            return connection?.transport.catchUp() ?? null;
          },
          log,
        });

  const overrides = createOverrides(options, platform, log, (keys) => served.tellChanged(keys, 'override'));
  const outermost: readonly Layer[] = [...(options.strict ? [strictly] : []), ...(onDemand ? [onDemand.layer] : [])];
  const protection = createProtection({
    platform,
    counts,
    relayer: () => served.relayer(),
    report: (...breaker) => connection?.transport.report(...breaker),
  });

  /** Who is asked while there is nothing to answer from; null: the fallback is given without asking anybody. */
  const absent: Answers = {
    value: (key, context, fallback) => absent.evaluate(key, context, fallback).value,
    evaluate: (key, context, fallback) => detailOn(host, null, key, context, fallback),
  };
  const served = createServed({
    platform,
    ruleset,
    counts,
    emitter,
    readiness,
    vitals,
    layers: {
      inner: [...overrides.layers, ...layers],
      outer: [protection.layer, ...(counts?.layers ?? []), ...outermost],
    },
    idle: outermost.length === 0 ? null : layered(absent, outermost),
  });

  const onOutcome = (outcome: Outcome): void => {
    switch (outcome.kind) {
      case 'applied':
        served.swap(outcome.state, outcome.changed, outcome.source);
        memory.changed(outcome.state);
        return;
      case 'connection': {
        const { life } = vitals;
        const isNewStream = outcome.connection === 'streaming' && life.connection !== 'streaming';
        live({ connection: outcome.connection, connects: life.connects + (isNewStream ? 1 : 0) });
        return;
      }
      case 'overrides':
        overrides.allow(outcome.areAllowed);
        return;
      case 'problem':
        onProblem(documented({ code: outcome.code, message: outcome.message, retryable: outcome.retryable }));
    }
  };

  const onProblem = (error: SdkError): void => {
    log('warn', error.code, error.message);
    live({ lastError: error });
    emitter.emit('error', error);
    if (UNAUTHORIZED.has(error.code)) readiness.failed(error);
  };

  const connect = (settings: Settings, known: Known | null): void => {
    if (vitals.life.mode === 'closed') return;
    vitals.listen();
    const state = known?.isBasis ? known.state : null;
    const { collect } = served;
    const onContact = vitals.contact;
    const shared = { platform, options, settings, ruleset, counts, collect, log, onOutcome, onContact, isOnDemand };
    connection = openConnection({ ...shared, known: state });
  };

  const onBug = (error: unknown): void =>
    log('error', 'GP1900', `unexpected fault at start, fallbacks are served: ${thrownWords(error)}`);

  /** What is known is served before anybody is asked. */
  const boot = (): void => {
    const known = memory.readNow();
    if (known !== null) served.swapKnown(known, false);
    if (offline) return;
    if (configured.kind === 'wrong' && options.strict) throw new Error(configured.error.message);
    if (configured.kind === 'wrong') {
      const error = documented(configured.error);
      log('error', error.code, error.message);
      live({ mode: 'failed', lastError: error });
      readiness.failed(error);
    } else if (options.store === undefined) connect(configured.settings, known);
    else void bootFromStore(configured.settings, known).catch(onBug);
  };

  const bootFromStore = async (settings: Settings, known: Known | null): Promise<void> => {
    const found = await memory.load(known);
    if (found !== null && vitals.life.mode !== 'closed') served.swapKnown(found, true);
    connect(settings, found ?? known);
  };

  const close = async (timeoutMs: number): Promise<CloseResult> => {
    vitals.stop();
    connection?.transport.stop();
    for (const run of closers) run();
    served.end();
    live({ mode: 'closed' });
    readiness.closed(documented({ code: 'GP1002', message: 'the client was closed', retryable: false }));
    emitter.clear();
    const nothingToSend = { flushed: true, dropped: 0 };
    const [result] = await Promise.all([
      connection?.events?.close(timeoutMs) ?? nothingToSend,
      memory.close(timeoutMs),
    ]);
    return result;
  };

  const host: Host = {
    platform,
    options,
    log,
    emitter,
    counts,
    health: counts?.tally ?? null,
    protection,
    get life() {
      return vitals.life;
    },
    get serving() {
      return served.serving;
    },
    hooks,
    overridesOf: overrides.ofRequest,
    detail(from, flag, context, fallback) {
      if (from === null) onDemand?.touched();
      const detail = detailOn(host, from, flag, context, fallback);
      return options.strict ? insistedOnAnswer(detail) : detail;
    },
    onClose: (run) => closers.push(run),
  };

  try {
    boot();
  } catch (error) {
    if (options.strict) throw error;
    onBug(error);
  }

  return {
    host,
    current: served.current,
    status: () => status(vitals.life),
    async wait(waitOptions) {
      onDemand?.touched();
      const result = offline
        ? ({ status: 'ready', source: vitals.life.source, elapsedMs: 0 } as const)
        : await readiness.wait(waitOptions);
      return options.strict ? insistedOnData(result) : result;
    },
    flush: (flushOptions) => flush(numberOf('closeMs', flushOptions?.timeoutMs)),
    close(closeOptions) {
      closing ??= close(numberOf('closeMs', closeOptions?.timeoutMs ?? closeMs));
      return closing;
    },
  };
}
