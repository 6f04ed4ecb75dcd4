import type { Clock } from '../clock.ts';

/** People who wait until something holds. */
export interface Waiters {
  /** Resolves true as soon as `holds` at a look; false after `timeoutMs`. */
  until(holds: () => boolean, timeoutMs: number): Promise<boolean>;
  /** Something changed. */
  look(): void;
}

export function createWaiters(clock: Clock): Waiters {
  const looks = new Set<() => void>();
  return {
    until(holds, timeoutMs) {
      if (holds()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (held: boolean) => {
          looks.delete(look);
          timer.cancel();
          resolve(held);
        };
        const look = () => {
          if (holds()) settle(true);
        };
        const timer = clock.setTimer(() => settle(false), timeoutMs);
        looks.add(look);
      });
    },
    look() {
      for (const look of [...looks]) look();
    },
  };
}
