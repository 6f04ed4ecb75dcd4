import type { ClientState } from '@glidepath/core/sdk';
import type { Serving } from './reading.ts';
import type { Connection } from './session.ts';

/** How a client stands: as its session does, or without one. */
export type Standing = Connection | 'offline' | 'failed' | 'closed';

export function stateOf(standing: Standing, { flags, stale }: Serving): ClientState {
  if (standing !== 'disconnected' && !isInTouch(standing)) return standing;
  if (!flags) return 'initializing';
  return stale ? 'stale' : 'ready';
}

/** Whether the service tells of changes now. */
export function isInTouch(standing: Standing): standing is 'streaming' | 'polling' {
  return /ing$/.test(standing);
}
