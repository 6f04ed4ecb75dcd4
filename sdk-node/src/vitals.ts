import type { ClientStatus, Emitter } from '@glidepath/core/sdk';
import type { Platform } from './platform.ts';
import { isInTouch, type Life } from './status.ts';

/** What is known about a client's life, and who hears when that changes. */
export interface Vitals {
  readonly life: Life;
  live(change: Partial<Life>): void;
  /** From now on, silence is noticed. */
  listen(): void;
  /** The service was heard, just now. */
  contact(): void;
  /** Where there are no timers: notices that the service was not heard for long. */
  look(): void;
  stop(): void;
}

export function createVitals(parts: {
  readonly platform: Pick<Platform, 'monotonic' | 'now' | 'setTimer'>;
  readonly emitter: Emitter;
  readonly newborn: Life;
  readonly statusOf: (life: Life) => ClientStatus;
  readonly staleAfterMs: number;
  /** Nothing happens by itself: what was polled last is as old as it is. */
  readonly isOnDemand: boolean;
}): Vitals {
  const { platform, emitter, statusOf, staleAfterMs, isOnDemand } = parts;
  let life = parts.newborn;
  let heardAt = platform.monotonic();
  let cancel = (): void => undefined;

  const live = (change: Partial<Life>): void => {
    const before = statusOf(life);
    life = { ...life, ...change };
    life = { ...life, stale: life.isSilent && (isOnDemand || !isInTouch(life)) };
    const now = statusOf(life);
    if (now.state !== before.state || now.connection !== before.connection) emitter.emit('status', now);
    if (now.state === 'stale' && before.state !== 'stale') emitter.emit('stale', now);
  };

  const listen = (): void => {
    heardAt = platform.monotonic();
    cancel();
    if (!isOnDemand) cancel = platform.setTimer(() => live({ isSilent: true }), staleAfterMs, false);
  };

  return {
    get life() {
      return life;
    },
    live,
    listen,
    contact() {
      listen();
      live({ lastContactAt: platform.now(), isSilent: false });
    },
    look() {
      if (!life.isSilent && platform.monotonic() - heardAt >= staleAfterMs) live({ isSilent: true });
    },
    stop: () => cancel(),
  };
}
