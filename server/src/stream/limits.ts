import type { AdmissionLimits } from './admission.ts';
import type { LifetimeLimits } from './lifetime.ts';

/** What the stream allows itself and its clients. */
export interface StreamLimits extends AdmissionLimits, LifetimeLimits {
  /** Full transfers at once. */
  readonly transfers: number;
  /** Size of a `hello`. */
  readonly helloBytes: number;
  /** What waits in all sockets together before the slowest are dropped. */
  readonly bufferedBytes: number;
  /** Encoded frames that are kept for the next socket. */
  readonly encodedBytes: number;
  /** How long load balancers have to notice that this process is not ready any more. */
  readonly noticeMs: number;
  /** Shortest and longest time over which a drain spreads its clients. */
  readonly drainMs: { readonly min: number; readonly max: number };
  /** Mean distance of looks at the database; each is up to a fifth shorter or longer. */
  readonly pollMs: number;
}

const MIB = 1024 * 1024;

export const STREAM_LIMITS: Omit<StreamLimits, 'pollMs'> = {
  handshakesPerSecond: 250,
  handshakeBurst: 500,
  handshakesPerSecondOfKey: 20,
  connections: 10_000,
  helloMs: 5_000,
  heartbeatMs: 25_000,
  silenceMs: 75_000,
  ageMs: 30 * 60_000,
  transfers: 32,
  helloBytes: 4 * 1024,
  bufferedBytes: 256 * MIB,
  encodedBytes: 32 * MIB,
  noticeMs: 5_000,
  drainMs: { min: 10_000, max: 30_000 },
};

/** SQLite has one process, which wakes itself after a commit; of PostgreSQL a look is the only sure news. */
export const POLL_MS = { sqlite: 1_000, postgresql: 250 } as const;
