import type { Clock, Random } from '../clock.ts';
import type { Connection } from './connection.ts';
import { beaten, dueOf, type Lifetime, type LifetimeLimits, nextVisitMs } from './lifetime.ts';

/** One that is connected, as far as its life goes. */
export interface Living {
  readonly lifetime: Lifetime;
  readonly connection: Connection;
  /** Closes whoever never said hello. */
  readonly lateCode: number;
  /** Within this time it leaves when it is asked to because of its age; by default it chooses. */
  readonly ageSpreadMs?: number;
  readonly beat: () => void;
}

export interface KeepAliveDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: LifetimeLimits;
}

/** Between a close and the cut, for those who never spoke. */
const FAREWELL_MS = 250;

/** Does what is due; returns the milliseconds until something can be due again, null when the connection has ended. */
export function keepAlive(living: Living, { clock, random, limits }: KeepAliveDeps): number | null {
  const { lifetime, connection } = living;
  const now = clock.monotonic();
  switch (dueOf(lifetime, now, limits)) {
    case 'hello-timeout':
      return giveUpWaiting(living);
    case 'silent':
      connection.terminate('silent');
      return null;
    case 'age':
      lifetime.ageAt = null;
      connection.goodbye('age', living.ageSpreadMs);
      break;
    case 'heartbeat':
      beaten(lifetime, now, limits, random);
      living.beat();
      break;
    case 'nothing':
      break;
  }
  return nextVisitMs(lifetime, now, limits);
}

/** Who has said nothing will hardly answer a close, but may read why. */
function giveUpWaiting({ connection, lateCode }: Living): number | null {
  const isTold = !connection.isOpen;
  if (isTold) connection.terminate('hello');
  else connection.end(lateCode, 'hello');
  return isTold ? null : FAREWELL_MS;
}
