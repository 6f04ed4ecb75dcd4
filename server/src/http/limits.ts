import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';

/** Lets each name through so many times a minute, and as many at once after a quiet minute. */
export interface RateLimit {
  /** Refuses with `too-many-requests` and the seconds until the next is let through. */
  take(name: string): void;
}

/** What a limit for addresses counts as one: whoever has an IPv6 address has 2^64 of them. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6 || address.startsWith('::ffff:')) return address;
  const [front = [], back = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const missing = Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: missing }, () => '0'), ...back];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** More names than this are not remembered: the fullest buckets, which hold nobody back, are forgotten first. */
const MOST_NAMES = 50_000;

export interface RateLimitOptions {
  readonly perMinute: number;
  /** What there is too much of, in words. */
  readonly what: string;
  /** Told of each refusal, for the figures. */
  readonly onRefused: () => void;
}

export function createRateLimit(clock: Pick<Clock, 'monotonic'>, options: RateLimitOptions): RateLimit {
  const { perMinute, what, onRefused } = options;
  const buckets = new Map<string, Bucket>();
  const perMs = perMinute / 60_000;

  function bucketOf(name: string, now: number): Bucket {
    const found = buckets.get(name);
    if (!found) {
      if (buckets.size >= MOST_NAMES) forgetFull(now);
      const made = { tokens: perMinute, at: now };
      buckets.set(name, made);
      return made;
    }
    found.tokens = Math.min(perMinute, found.tokens + (now - found.at) * perMs);
    found.at = now;
    return found;
  }

  function forgetFull(now: number): void {
    for (const [name, { tokens, at }] of buckets) {
      if (tokens + (now - at) * perMs >= perMinute) buckets.delete(name);
    }
    // All of them are in use: an attack with many names must not eat the memory either.
    if (buckets.size >= MOST_NAMES) buckets.clear();
  }

  return {
    take(name) {
      const bucket = bucketOf(name, clock.monotonic());
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return;
      }
      onRefused();
      const retryAfter = Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1_000));
      throw new RefusedError({
        code: 'too-many-requests',
        detail: `Too many ${what}: ${perMinute} a minute are let through. Try again in ${retryAfter} s.`,
        retryAfter,
      });
    },
  };
}
