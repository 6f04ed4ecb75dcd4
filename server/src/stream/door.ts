import type { Clock, Random } from '../clock.ts';
import { type Admitted, createAdmission } from './admission.ts';
import { CLOSES, type Connection } from './connection.ts';
import type { StreamLimits } from './limits.ts';
import type { Waiters } from './waiters.ts';

/** Who may come in, and how all are sent away: the same for SDKs and for pages. */
export interface Door {
  /** Whether another stream of this key may be opened; to be asked before anything else is touched. */
  admit(key: string): Admitted;
  /** Soon admits nobody, asks all to connect elsewhere, and resolves once they left or were closed. */
  drain(): Promise<void>;
  /** Cuts all connections at once. */
  close(): void;
  readonly isClosed: boolean;
}

export interface DoorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: StreamLimits;
  /** Look whenever somebody has left. */
  readonly waiters: Waiters;
  readonly isOverloaded: () => boolean;
  /** Hears every answer, for the figures. */
  readonly answered: (result: 'admitted' | Extract<Admitted, { kind: 'refused' }>['because']) => void;
}

/** `inside` are those who are connected now. */
export function openDoor(
  inside: ReadonlySet<{ readonly connection: Connection }>,
  { clock, random, limits, waiters, isOverloaded, answered }: DoorDeps,
): Door {
  const admission = createAdmission(limits, random);
  let state: 'open' | 'draining' | 'closed' = 'open';

  return {
    get isClosed() {
      return state === 'closed';
    },
    admit(key) {
      const answer: Admitted =
        state === 'open'
          ? admission.admit({
              now: clock.monotonic(),
              key,
              openConnections: inside.size,
              overloaded: isOverloaded(),
            })
          : { kind: 'refused', because: 'draining', retryAfterSeconds: 1 + Math.floor(random() * 5) };
      answered(answer.kind === 'admitted' ? 'admitted' : answer.because);
      return answer;
    },
    async drain() {
      // Until they have noticed, load balancers go on sending clients here.
      await waiters.until(() => inside.size === 0, limits.noticeMs);
      if (state === 'closed') return;
      state = 'draining';
      const { min, max } = limits.drainMs;
      const spreadMs = Math.min(max, Math.max(min, (inside.size / limits.handshakesPerSecond) * 1_000));
      for (const { connection } of inside) connection.goodbye('drain', Math.round(spreadMs));
      await waiters.until(() => inside.size === 0, spreadMs);
      for (const { connection } of inside) connection.end(CLOSES.restart, 'restart');
    },
    close() {
      state = 'closed';
      for (const { connection } of inside) connection.terminate('restart');
    },
  };
}
