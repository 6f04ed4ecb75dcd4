import type { ContextInput } from '@glidepath/core';
import {
  type ClientStatus,
  type EvaluationDetail,
  type EvaluationInfo,
  type Hook,
  type Log,
  type NormalizedContext,
  readableContext,
  type TrackData,
  thrownWords,
} from '@glidepath/core/sdk';

/** What the hooks of a client are told. */
export interface Hooks {
  evaluated(told: Told): void;
  /** Hooks do not learn for whom it was. */
  tracked(event: string, data: TrackData | undefined, context: ContextInput): void;
  status(status: ClientStatus): void;
}

export interface Told {
  readonly key: string;
  readonly context: ContextInput;
  readonly fallback: unknown;
  readonly detail: EvaluationDetail<unknown>;
}

const THROWS_IN_A_ROW = 100;

/** Null where there are none, so that evaluating costs nothing more. */
export function createHooks(given: readonly Hook[] | undefined, log: Log): Hooks | null {
  if (!Array.isArray(given) || given.length === 0) return null;
  const throws = new Map((given as readonly Hook[]).map((hook) => [hook, 0]));
  // What a hook evaluates itself is not told to hooks, or it would never end.
  let isTelling = false;

  const failed = (hook: Hook, error: unknown): void => {
    const before = throws.get(hook);
    if (before === undefined) return;
    const inARow = before + 1;
    throws.set(hook, inARow);
    log('error', 'GP1902', `the hook ${nameOf(hook)} threw: ${thrownWords(error)}`);
    if (inARow < THROWS_IN_A_ROW) return;
    throws.delete(hook);
    log('error', 'GP1903', `the hook ${nameOf(hook)} threw ${inARow} times in a row and is called no more`);
  };

  const tell = (call: (hook: Hook) => unknown): void => {
    if (isTelling) return;
    isTelling = true;
    for (const hook of throws.keys())
      try {
        const result = call(hook);
        if (result instanceof Promise) result.catch((error: unknown) => failed(hook, error));
        throws.set(hook, 0);
      } catch (error) {
        failed(hook, error);
      }
    isTelling = false;
  };

  return {
    evaluated(told) {
      const info = new Info(told);
      tell((hook) => hook.afterEvaluation?.(info));
    },
    tracked: (event, data) => tell((hook) => hook.afterTrack?.({ event, data })),
    status: (status) => tell((hook) => hook.onStatus?.(status)),
  };
}

/** The context is read only when a hook asks for it: most want to know of the flag. */
class Info implements EvaluationInfo {
  readonly key: string;
  readonly fallback: unknown;
  readonly detail: EvaluationDetail<unknown>;
  readonly #given: ContextInput;
  #context: NormalizedContext | undefined;

  constructor({ key, context, fallback, detail }: Told) {
    this.key = key;
    this.fallback = fallback;
    this.detail = detail;
    this.#given = context;
  }

  get context(): NormalizedContext {
    this.#context ??= readableContext(this.#given);
    return this.#context;
  }
}

/** Callers in plain JavaScript pass anything. */
function nameOf(hook: Hook | null): string {
  try {
    const name: unknown = hook?.name;
    return typeof name === 'string' ? `'${name}'` : 'without a name';
  } catch {
    return 'without a name';
  }
}
