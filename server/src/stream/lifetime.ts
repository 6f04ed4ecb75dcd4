import type { Random } from '../clock.ts';

/** Milliseconds after which something becomes due on a connection. */
export interface LifetimeLimits {
  /** Connected without a `hello`. */
  readonly helloMs: number;
  /** Mean distance of heartbeats; each is up to a fifth shorter or longer. */
  readonly heartbeatMs: number;
  /** Without a byte from the other side. */
  readonly silenceMs: number;
  /** Mean age at which the other side is asked to reconnect; up to half shorter or longer. */
  readonly ageMs: number;
}

/** The moments of one connection, in milliseconds on the monotonic clock. */
export interface Lifetime {
  readonly openedAt: number;
  heardAt: number;
  /** Null until it said hello. */
  helloAt: number | null;
  beatAt: number;
  /** When it is asked to leave; null once it was. */
  ageAt: number | null;
}

export type Due = 'hello-timeout' | 'silent' | 'age' | 'heartbeat' | 'nothing';

export function openLifetime(now: number, limits: LifetimeLimits, random: Random): Lifetime {
  return {
    openedAt: now,
    heardAt: now,
    helloAt: null,
    // The first heartbeat comes after a part of the interval, so that a storm's heartbeats are spread from then on.
    beatAt: now + random() * limits.heartbeatMs,
    ageAt: now + around(limits.ageMs, 0.5, random),
  };
}

/** What to do about a connection now; the gravest first. */
export function dueOf(lifetime: Lifetime, now: number, limits: LifetimeLimits): Due {
  if (lifetime.helloAt === null) return now >= lifetime.openedAt + limits.helloMs ? 'hello-timeout' : 'nothing';
  if (now >= lifetime.heardAt + limits.silenceMs) return 'silent';
  if (lifetime.ageAt !== null && now >= lifetime.ageAt) return 'age';
  return now >= lifetime.beatAt ? 'heartbeat' : 'nothing';
}

/** Milliseconds until something can be due. */
export function nextVisitMs(lifetime: Lifetime, now: number, limits: LifetimeLimits): number {
  if (lifetime.helloAt === null) return lifetime.openedAt + limits.helloMs - now;
  const moments = [lifetime.heardAt + limits.silenceMs, lifetime.beatAt, lifetime.ageAt ?? Number.POSITIVE_INFINITY];
  return Math.min(...moments) - now;
}

/** Puts the next heartbeat off. */
export function beaten(lifetime: Lifetime, now: number, limits: LifetimeLimits, random: Random): void {
  lifetime.beatAt = now + around(limits.heartbeatMs, 0.2, random);
}

/** A length within `share` of the mean on either side. */
function around(meanMs: number, share: number, random: Random): number {
  return meanMs * (1 - share + 2 * share * random());
}
