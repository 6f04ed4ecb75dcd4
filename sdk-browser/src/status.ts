import type { ClientState } from '@glidepath/core/sdk';
import type { Serving } from './reading.ts';
import type { Connection } from './session.ts';

export type Phase = 'live' | 'offline' | 'failed' | 'closed';

export function stateOf(phase: Phase, connection: Connection, { flags, stale }: Serving): ClientState {
  if (phase !== 'live') return phase;
  if (connection === 'unauthorized' || connection === 'degraded') return connection;
  if (!flags) return 'initializing';
  return stale ? 'stale' : 'ready';
}

/** Whether the service tells of changes now. */
export function isInTouch(connection: Connection): connection is 'streaming' | 'polling' {
  return connection === 'streaming' || connection === 'polling';
}
