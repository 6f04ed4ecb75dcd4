import type { StreamLimits } from '../stream/limits.ts';
import type { Allowed } from './allowance.ts';

/** What streams of browsers allow themselves and their pages. */
export interface BrowserLimits extends StreamLimits {
  /** Of one connection. */
  readonly frames: Allowed;
  readonly identifies: Allowed;
  /** Connections of one key, and from one network. */
  readonly connectionsOfKey: number;
  readonly connectionsOfNetwork: number;
  /** Changes are gathered for a random time between these. */
  readonly batchMs: { readonly min: number; readonly max: number };
  /** Between two looks at the values of one connection, unless a change is urgent. */
  readonly restMs: number;
  /** What may wait in one socket when more is sent. */
  readonly bufferBytes: number;
  /** Within this time a page leaves that was asked to because of its age. */
  readonly ageSpreadMs: number;
}

/** Shares of all connections. */
const SHARES = { key: 0.8, network: 0.2 } as const;

export function browserLimits(limits: StreamLimits): BrowserLimits {
  return {
    ...limits,
    helloBytes: 48 * 1_024,
    frames: { perSecond: 10, burst: 100 },
    identifies: { perSecond: 1, burst: 30 },
    connectionsOfKey: Math.ceil(limits.connections * SHARES.key),
    connectionsOfNetwork: Math.ceil(limits.connections * SHARES.network),
    batchMs: { min: 100, max: 250 },
    restMs: 1_000,
    bufferBytes: 256 * 1_024,
    ageSpreadMs: 10_000,
    encodedBytes: 1_024 * 1_024,
  };
}
