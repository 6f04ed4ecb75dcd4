import type { ClientStatus, EvaluationInfo, FlagKey, NormalizedContext, TrackData } from '@glidepath/core/sdk';
import { clientOver } from '../client.ts';
import { nodePlatform } from '../platform.ts';
import type { FlagsClient, RegisteredFlags } from '../types.ts';
import { createTestRuntime, type Values } from './test-runtime.ts';

/** A client for tests: a test sets what is served, and reads what was asked. */
export interface TestClient<F extends object = RegisteredFlags> extends FlagsClient<F> {
  /** Tells listeners of the change before it returns. */
  set<K extends FlagKey<F>>(key: K, value: F[K] | ((context: NormalizedContext) => F[K])): this;
  set(values: Partial<F>): this;
  remove(...keys: FlagKey<F>[]): this;
  /** Back to the constructor's values and ready; recordings are cleared, listeners kept. */
  reset(): this;
  /** What follows of a state is so, too: a client that is `initializing` serves fallbacks. */
  setStatus(state: ClientStatus['state']): this;
  readonly evaluations: readonly EvaluationInfo[];
  readonly tracked: readonly TrackedEvent[];
  readonly health: readonly HealthRecord[];
}

export interface TrackedEvent {
  readonly event: string;
  readonly context: unknown;
  readonly data?: TrackData;
}

export interface HealthRecord {
  readonly flag: string;
  readonly variation: string | null;
  readonly operation: string;
  readonly ok: boolean;
  readonly durationMs: number;
}

export interface TestClientOptions {
  /** Whether asking for a flag that was not set throws, as silence is the bug in a test. Default true. */
  readonly strict?: boolean;
}

/** No network, no timers, ready at once. */
export function createTestClient<F extends object = RegisteredFlags>(
  flags: NoInfer<Partial<F>> = {},
  { strict = true }: TestClientOptions = {},
): TestClient<F> {
  const evaluations: EvaluationInfo[] = [];
  const tracked: TrackedEvent[] = [];
  const health: HealthRecord[] = [];
  const runtime = createTestRuntime(nodePlatform(), { ...flags }, strict, {
    evaluated: (info) => evaluations.push(info),
    tracked: (event, data, context) => tracked.push({ event, context, ...(data !== undefined && { data }) }),
    ended: ({ flag, detail: { variation } }, operation, { error, durationMs }) =>
      health.push({ flag, variation, operation, ok: error === null, durationMs: durationMs ?? 0 }),
  });
  const controls = {
    evaluations,
    tracked,
    health,
    set(keyOrValues: string | Values, value?: unknown) {
      runtime.set(typeof keyOrValues === 'string' ? { [keyOrValues]: value } : { ...keyOrValues });
      return client;
    },
    remove(...keys: string[]) {
      runtime.remove(keys);
      return client;
    },
    reset() {
      runtime.reset();
      for (const recording of [evaluations, tracked, health]) recording.length = 0;
      return client;
    },
    setStatus(state: ClientStatus['state']) {
      runtime.setState(state);
      return client;
    },
  };
  const client = Object.assign(clientOver<F>(runtime), controls) as unknown as TestClient<F>;
  return client;
}
