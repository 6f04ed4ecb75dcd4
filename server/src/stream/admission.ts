import type { Random } from '../clock.ts';

export interface AdmissionLimits {
  /** Handshakes per second of this replica, and how many at once after a quiet time. */
  readonly handshakesPerSecond: number;
  readonly handshakeBurst: number;
  /** Handshakes per second of one key. Its burst is the connection cap: a whole fleet may come back, a loop may not go on. */
  readonly handshakesPerSecondOfKey: number;
  readonly connections: number;
}

export type Admitted =
  | { readonly kind: 'admitted' }
  | {
      readonly kind: 'refused';
      readonly because: 'busy' | 'full' | 'key' | 'draining';
      readonly retryAfterSeconds: number;
    };

export interface AdmissionFacts {
  /** Milliseconds on the monotonic clock. */
  readonly now: number;
  readonly key: string;
  readonly openConnections: number;
  /** The event loop is late, or buffers are full: nobody new. */
  readonly overloaded: boolean;
}

export interface Admission {
  admit(facts: AdmissionFacts): Admitted;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Decides about handshakes before anything else is touched, from memory alone: a storm of reconnecting SDKs must cost
 * nothing but this.
 */
export function createAdmission(limits: AdmissionLimits, random: Random): Admission {
  const replica: Bucket = { tokens: limits.handshakeBurst, at: 0 };
  const keys = new Map<string, Bucket>();
  let waiting = 0;

  function bucketOf(key: string, now: number): Bucket {
    const found = keys.get(key);
    if (found !== undefined) return found;
    const made = { tokens: limits.connections, at: now };
    keys.set(key, made);
    return made;
  }

  function refuse(because: 'busy' | 'full' | 'key', rate: number): Admitted {
    waiting += 1;
    const spread = 1 + 2 * random();
    return { kind: 'refused', because, retryAfterSeconds: Math.max(1, Math.ceil((waiting / rate) * spread)) };
  }

  return {
    admit({ now, key, openConnections, overloaded }) {
      const rate = limits.handshakesPerSecond;
      // Whoever could have been let in since then is thought to have come back.
      waiting = Math.max(0, waiting - ((now - replica.at) / 1_000) * rate);
      refill(replica, now, rate, limits.handshakeBurst);
      const ofKey = bucketOf(key, now);
      refill(ofKey, now, limits.handshakesPerSecondOfKey, limits.connections);

      if (openConnections >= limits.connections) return refuse('full', rate);
      if (overloaded || replica.tokens < 1) return refuse('busy', rate);
      if (ofKey.tokens < 1) return refuse('key', limits.handshakesPerSecondOfKey);
      replica.tokens -= 1;
      ofKey.tokens -= 1;
      return { kind: 'admitted' };
    },
  };
}

function refill(bucket: Bucket, now: number, perSecond: number, burst: number): void {
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
  bucket.at = now;
}
