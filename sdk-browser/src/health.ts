import {
  type BoundGuardFn,
  type Call,
  type EvaluationDetail,
  type GuardInfo,
  type GuardOptions,
  type HealthMetrics,
  isAbort,
  isDecided,
  isFailure,
  kindOf,
  type MetricOptions,
  observed,
  type ReadFlag,
} from '@glidepath/core/sdk';
import type { PageBreaker } from './page-breaker.ts';
import { createPageTally, type PageTally } from './page-tally.ts';
import type { Answer } from './reading.ts';
import type { Tools, WithTools } from './tools.ts';
import type { BrowserClient, RegisteredFlags } from './types.ts';

export interface HealthOptions {
  /** Errors that nobody caught count against the variations on the page; default false. They are caught by nobody still. */
  readonly captureErrors?: boolean;
}

/** How flags are doing: counted and timed on this page by variation, and sent without anybody's name. */
export interface HealthClient<F extends object = RegisteredFlags> {
  /** Evaluates, runs and measures, in one line. What is synchronous stays so; a promise is the callback's own. */
  readonly guard: BoundGuardFn<F>;
  /** Numbers of the application, by the flags that the page has asked for. */
  readonly metrics: HealthMetrics;
  /** Counts an error against the flags that the page has asked for, or one of them. */
  reportError(error: unknown, options?: MetricOptions): void;
}

/** The part of a page that is taken from outside. */
type Surroundings = Pick<typeof globalThis, 'addEventListener' | 'performance' | 'setTimeout'>;

type Run<T, R> = (value: T, info: GuardInfo<T>) => R;

/** Of what the service has told now: not of overrides, fallbacks, or what is remembered or out of date. */
function isMeasured({ seen, detail }: Answer): boolean {
  return seen === true && /stream|poll/.test(detail.source) && !detail.stale;
}

/** What all handles on a client have in common. */
interface Shared {
  readonly tally: PageTally;
  breaker?: PageBreaker;
  loading?: Promise<void>;
}

const shared = new WeakMap<Tools, Shared>();

function sharedOf(tools: Tools): Shared {
  const known = shared.get(tools);
  if (known) return known;
  const tally = createPageTally(() => queueMicrotask(() => tools.touch()));
  tools.take = tally.take;
  const made = { tally };
  shared.set(tools, made);
  return made;
}

/** The client, with what tells how flags are doing: `withHealth(createClient({…}))`. */
export function withHealth<F extends object>(
  client: BrowserClient<F>,
  { captureErrors = false }: HealthOptions = {},
  page: Surroundings = globalThis,
): BrowserClient<F> & HealthClient<F> {
  const tools = (client as unknown as WithTools)['~tools'] as Tools;
  const common = sharedOf(tools);
  const { tally } = common;
  const detailOf = client.variationDetail as unknown as (flag: string, fallback: unknown) => EvaluationDetail<unknown>;
  const now = (): number => page.performance.now();

  const readOf = (answer: Answer): ReadFlag => {
    const { key: flag, detail, served } = answer;
    return { flag, detail, seat: served?.seat ?? null };
  };

  /** Those that the page has asked for, or the one. */
  const reads = (only?: string): readonly ReadFlag[] =>
    [...tools.used.values()]
      .filter((answer) => isMeasured(answer) && (only ?? answer.key) === answer.key)
      .map(readOf)
      .filter(isDecided);

  const ended = (
    found: readonly ReadFlag[],
    operation: string,
    error: string | null,
    durationMs: number | null,
  ): void => {
    if (found.length > 0 && tools.touch())
      for (const read of found) tally.ended(read, operation, { error, durationMs });
  };

  const measured = (name: string, value: number, options?: MetricOptions): void => {
    const found = reads(options?.flag);
    if (found.length > 0 && tools.touch()) for (const read of found) tally.measured(read, name, value);
  };

  /** Tells once how something ended that begins now. */
  const callOf = (
    tell: (error: string | null, durationMs: number) => void,
    guarding?: GuardOptions,
    givenUp?: () => void,
  ): Call => {
    const startedAt = now();
    return {
      succeeded: () => tell(null, now() - startedAt),
      failed(error) {
        const counts = isFailure(error, guarding);
        if (counts) tell(kindOf(error), now() - startedAt);
        else givenUp?.();
        return counts;
      },
    };
  };

  /** Loaded by the first guard that asks for it: calls before are as without it, and where it does not come all are. */
  const breaker = (): PageBreaker | undefined => {
    common.loading ??= import('./page-breaker.ts').then(
      ({ createPageBreaker }) => {
        common.breaker = createPageBreaker(client, tools, page);
      },
      () => undefined,
    );
    return common.breaker;
  };

  const guard = <T, R>(flag: string, fallback: T, run: Run<T, R>, options: GuardOptions = {}): R => {
    const asked = detailOf(flag, fallback) as EvaluationDetail<T>;
    const admitted = options.breaker ? breaker()?.(flag, fallback, asked, options) : null;
    const { detail } = admitted ?? { detail: asked };
    const answer = tools.used.get(flag);
    const found = answer?.detail === detail && isMeasured(answer) ? [readOf(answer)].filter(isDecided) : [];
    const { operation = flag, recover } = options;
    const call = callOf(
      (error, durationMs) => {
        ended(found, operation, error, durationMs);
        admitted?.ended(error !== null);
      },
      options,
      () => admitted?.ended(null),
    );
    const again = (): R => run(fallback, { detail, attempt: 2 });
    const recovers = recover === 'fallback' && detail.value !== fallback;
    return observed(() => run(detail.value, { detail, attempt: 1 }), call, recovers ? again : null);
  };

  const metrics: HealthMetrics = {
    increment: (name, by = 1, options) => measured(name, by, options),
    timing: measured,
    time(name, run, options) {
      const tell = (error: string | null, durationMs: number): void => {
        measured(name, durationMs, options);
        ended(reads(options?.flag), name, error, durationMs);
      };
      return observed(run, callOf(tell), null);
    },
  };

  const fromNowhere = (operation: string, error: unknown, only?: string): void =>
    ended(reads(only), operation, kindOf(error), null);

  if (captureErrors && client.status.connection !== 'none') {
    const leaving = new AbortController();
    const capture = (event: Event): void => {
      const { error, reason = error } = event as ErrorEvent & PromiseRejectionEvent;
      if (!isAbort(reason)) fromNowhere('uncaught', reason);
    };
    for (const type of ['error', 'unhandledrejection'])
      page.addEventListener(type, capture, { signal: leaving.signal });
    client.on('status', ({ state }) => {
      if (state === 'closed') leaving.abort();
    });
  }

  const health = {
    guard,
    metrics,
    reportError: (error: unknown, options?: MetricOptions) => fromNowhere('reportError', error, options?.flag),
  };
  return Object.assign(Object.create(client), health) as BrowserClient<F> & HealthClient<F>;
}
