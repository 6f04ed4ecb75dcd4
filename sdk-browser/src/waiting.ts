import type { DataSource, InitResult, SdkError } from '@glidepath/core/sdk';
import { clockOf, type Page } from './page.ts';

type Wait = (options?: { timeoutSeconds?: number; need?: 'any' | 'fresh' }) => Promise<InitResult>;

/** How things stand for those who wait; `stuck`: why nothing will come until somebody mends it. */
type Standing = readonly [source: DataSource, isOffline: boolean, stuck: SdkError | null];

const ENOUGH = { any: /^(?!none)/, fresh: /stream|poll/ } as const;

/** Waiting that always ends, within its time-out; whenever something may have come, `check` has all of them look. */
export function createWaiting(page: Page, look: () => Standing): readonly [wait: Wait, check: () => void] {
  const now = clockOf(page);
  const waiters = new Set<() => void>();
  return [
    ({ timeoutSeconds = 5, need = 'any' } = {}) =>
      new Promise((resolve) => {
        const askedAt = now();
        const waiter = (isLate?: boolean): void => {
          const [source, isOffline, error] = look();
          const took = { source, elapsedMs: now() - askedAt };
          const isReady = isOffline || ENOUGH[need].test(source);
          if (error) resolve({ status: 'failed', error, ...took });
          else if (isReady) resolve({ status: 'ready', ...took });
          else if (isLate) resolve({ status: 'timeout', ...took });
          else return;
          waiters.delete(waiter);
        };
        waiters.add(waiter);
        waiter();
        if (waiters.has(waiter)) page.setTimeout(waiter, Math.min(60, timeoutSeconds) * 1_000, true);
      }),
    () => {
      for (const waiter of [...waiters]) waiter();
    },
  ];
}
