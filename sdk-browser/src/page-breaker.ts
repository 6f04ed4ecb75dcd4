import type { Json } from '@glidepath/core';
import { createBreakers, type EvaluationDetail, type GuardOptions, type SdkReason } from '@glidepath/core/sdk';
import type { Page } from './page.ts';
import type { Tools } from './tools.ts';
import type { BrowserClient } from './types.ts';

/** What a call is to run with, and how the breaker hears of its end. */
export interface Admitted<T> {
  readonly detail: EvaluationDetail<T>;
  /** Null: it said nothing, like one that was given up. */
  ended(hasFailed: boolean | null): void;
}

/** Asked before a guarded call runs, which without it would run with `detail`. */
export type PageBreaker = <T>(
  flag: string,
  fallback: T,
  detail: EvaluationDetail<T>,
  options: GuardOptions,
) => Admitted<T>;

/**
 * Serves the fallback on this page once a variation fails too often: to guarded calls, and to all who read the flag. A
 * page tells nobody of it; the service sees the failures themselves.
 */
export function createPageBreaker(
  client: Pick<BrowserClient, 'status'>,
  tools: Tools,
  page: Pick<Page, 'performance' | 'setTimeout'>,
): PageBreaker {
  const { performance } = page;
  const now = (): number => performance.now();
  const turn = (): void => {
    if (client.status.state !== 'closed') tools.turn();
  };
  const breakers = createBreakers({
    monotonic: now,
    onOpen(_flag, _variation, holdMs) {
      turn();
      page.setTimeout(turn, holdMs);
    },
  });

  const reasonOf = (until: number): SdkReason => ({
    kind: 'BREAKER_OPEN',
    until: Math.round(performance.timeOrigin + until),
  });
  tools.held = (flag, fallback) => {
    const until = breakers.heldUntil(flag);
    return until === null ? undefined : { value: fallback as Json, detail: { reason: reasonOf(until) } };
  };
  tools.override ??= tools.held;
  turn();

  return <T>(flag: string, fallback: T, asked: EvaluationDetail<T>, options: GuardOptions): Admitted<T> => {
    const admission = breakers.admit(flag);
    const reason = reasonOf(breakers.heldUntil(flag) ?? now());
    const held = { value: fallback, variation: null, flagVersion: null, reason } as const;
    const detail = admission === 'open' ? { ...asked, ...held } : asked;
    const { variation } = detail;
    const isProbe = admission === 'probe';
    // Whoever gets the fallback anyway has nothing to fall back to.
    const isBreakable = variation !== null && (detail.value !== fallback || isProbe);
    return {
      detail,
      ended(hasFailed) {
        if (isBreakable && hasFailed !== null)
          breakers.ended({ flag, variation, isProbe, options: breakerOptions(options) }, hasFailed);
        else if (isProbe) breakers.released(flag);
      },
    };
  };
}

function breakerOptions({ breaker }: GuardOptions): Exclude<GuardOptions['breaker'], boolean | undefined> {
  return typeof breaker === 'object' ? breaker : {};
}
