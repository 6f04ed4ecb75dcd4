import type { ContextInput } from '@glidepath/core';
import type { Ending, ReadFlag } from '@glidepath/core/sdk';
import {
  type ClientState,
  type ClientStatus,
  createEmitter,
  createLog,
  type EvaluationInfo,
  type InitResult,
  readableContext,
  type SdkError,
  type TrackData,
  thrownWords,
} from '@glidepath/core/sdk';
import { type Layer, layered } from '../answers.ts';
import { detailOn } from '../detail.ts';
import { IN_README } from '../docs.ts';
import { createProtection } from '../health/protection.ts';
import type { Hooks } from '../hooks.ts';
import type { Host, Serving } from '../host.ts';
import type { Platform } from '../platform.ts';
import type { Runtime } from '../runtime.ts';
import { type Life, NEWBORN, statusOf } from '../status.ts';
import { type GivenFlag, givenEnvironment } from './given-flags.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A client's life without a service: the test says what is served, and how the client is. */
export interface TestRuntime extends Runtime {
  set(values: Values): void;
  remove(keys: readonly string[]): void;
  /** Serves what was given first, and nothing else. */
  reset(): void;
  setState(state: ClientState): void;
}

/** What puts a client into each state. */
const LIVES: Readonly<Record<ClientState, Partial<Life>>> = {
  initializing: {},
  ready: { connection: 'streaming', source: 'test' },
  stale: { source: 'test', stale: true },
  degraded: { connection: 'degraded', source: 'test' },
  unauthorized: { connection: 'unauthorized', source: 'test' },
  offline: { mode: 'offline', source: 'test' },
  failed: { mode: 'failed', lastError: problem('GP1001', 'the test says that the client is not configured') },
  closed: { mode: 'closed', lastError: problem('GP1002', 'the client was closed') },
};

const NO_EVENTS = { series: 0, sent: 0, dropped: 0 };

/** Hears of what a client is asked and told. */
export interface Recorder {
  evaluated(info: EvaluationInfo): void;
  tracked(event: string, data: TrackData | undefined, context: ContextInput): void;
  ended(read: ReadFlag, operation: string, ending: Ending): void;
}

/** Ready at once; opens no socket and no timer. */
export function createTestRuntime(
  platform: Platform,
  given: Values,
  isStrict: boolean,
  recorder: Recorder,
): TestRuntime {
  const log = createLog(platform.logger, 'warn', platform.monotonic, () => IN_README);
  const emitter = createEmitter((event, error) =>
    log('error', 'GP1901', `a listener of '${event}' threw: ${thrownWords(error)}`),
  );
  const hooks: Hooks = {
    // Read at once: a test may go on to alter the context that it passed.
    evaluated: ({ context, ...told }) => recorder.evaluated({ ...told, context: readableContext(context) }),
    tracked: recorder.tracked,
    status: () => undefined,
  };
  const closers: (() => void)[] = [];
  const current: { answers: Serving['answers'] | null } = { answers: null };
  let flags: ReadonlyMap<string, GivenFlag> = withValues(new Map(), given, 1);
  let version = 1;
  let life: Life = NEWBORN;
  let serving: Serving | null = null;

  const status = (): ClientStatus => statusOf(life, NO_EVENTS);

  const protection = createProtection({
    platform,
    counts: null,
    relayer: () => live(life),
    report: () => undefined,
  });

  const live = (next: Partial<Life>): void => {
    const before = { ...status(), isServing: serving !== null };
    const isServing = next.source !== undefined;
    life = { ...NEWBORN, ...next, environmentVersion: isServing ? version : null, lastUpdateAt: platform.now() };
    const environment = givenEnvironment(flags, isStrict);
    const answers = layered(environment, [byTest]);
    const guarded = layered(answers, [protection.layer]);
    serving = isServing ? { environment, version, answers: guarded, quiet: answers } : null;
    current.answers = serving?.answers ?? null;
    const now = status();
    if (now.state !== before.state || now.connection !== before.connection) emitter.emit('status', now);
    if (now.state === 'stale' && before.state !== 'stale') emitter.emit('stale', now);
    if (isServing && !before.isServing) emitter.emit('ready', { status: 'ready', source: now.source, elapsedMs: 0 });
  };

  const serve = (next: ReadonlyMap<string, GivenFlag>, keys: readonly string[]): void => {
    const fromVersion = version;
    version += 1;
    flags = next;
    live(life);
    if (keys.length === 0 || serving === null) return;
    emitter.emit('change', { keys, fromVersion, toVersion: version, source: 'test' });
    for (const key of keys) emitter.emit(`change:${key}`, { key, fromVersion, toVersion: version });
  };

  const wait = (): InitResult => {
    const { source, lastError } = life;
    if (lastError !== null) return { status: 'failed', error: lastError, source, elapsedMs: 0 };
    // Nothing arrives while somebody waits, and no timer runs: what is not there at once is late.
    return { status: serving === null ? 'timeout' : 'ready', source, elapsedMs: 0 };
  };

  const host: Host = {
    platform,
    options: {},
    log,
    emitter,
    counts: null,
    health: { ended: recorder.ended, measured: () => undefined, tracked: () => undefined },
    protection,
    get life() {
      return life;
    },
    get serving() {
      return serving;
    },
    hooks,
    overridesOf: () => null,
    detail: (from, flag, context, fallback) => detailOn(host, from, flag, context, fallback),
    onClose: (run) => closers.push(run),
  };

  live(LIVES.ready);
  return {
    host,
    current,
    status,
    wait: async () => wait(),
    flush: async () => ({ sent: 0, dropped: 0, ok: true }),
    async close() {
      for (const run of closers.splice(0)) run();
      live(LIVES.closed);
      emitter.clear();
      return { flushed: true, dropped: 0 };
    },
    set: (values) => serve(withValues(flags, values, version + 1), Object.keys(values)),
    remove(keys) {
      const gone = new Set(keys);
      const rest = new Map([...flags].filter(([key]) => !gone.has(key)));
      serve(
        rest,
        keys.filter((key) => flags.has(key)),
      );
    },
    reset() {
      const first = withValues(new Map(), given, version + 1);
      serve(first, [...new Set([...flags.keys(), ...first.keys()])]);
      live(LIVES.ready);
    },
    setState: (state) => live(LIVES[state]),
  };
}

/** A value that the test gave is neither a rule's nor the environment's. */
const byTest: Layer = (below) => ({
  value: below.value,
  evaluate(key, context, fallback) {
    const answer = below.evaluate(key, context, fallback);
    return answer.reason.kind === 'ERROR' ? answer : { ...answer, reason: { kind: 'OVERRIDE', by: 'test' } };
  },
});

function withValues(
  flags: ReadonlyMap<string, GivenFlag>,
  values: Values,
  rev: number,
): ReadonlyMap<string, GivenFlag> {
  return new Map([...flags, ...Object.entries(values).map(([key, value]) => [key, { value, rev }] as const)]);
}

function problem(code: string, message: string): SdkError {
  return { code, message, retryable: false, docs: IN_README };
}
