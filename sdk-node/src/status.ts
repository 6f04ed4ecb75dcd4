import type { Connection } from '@glidepath/core/protocol';
import type { ClientState, ClientStatus, DataSource, EventFigures, SdkError } from '@glidepath/core/sdk';

/** What is known about the client's life; everything shown is derived from it. */
export interface Life {
  readonly mode: 'stream' | 'offline' | 'failed' | 'closed';
  readonly connection: Connection;
  readonly source: DataSource;
  readonly environmentVersion: number | null;
  readonly lastUpdateAt: number | null;
  readonly lastContactAt: number | null;
  readonly connects: number;
  readonly lastError: SdkError | null;
  /** The server has been silent for longer than `staleAfterMs`. */
  readonly isSilent: boolean;
  /** Silent, and neither a stream nor polling says that there was nothing to tell. */
  readonly stale: boolean;
}

export const NEWBORN: Life = {
  mode: 'stream',
  connection: 'disconnected',
  source: 'none',
  environmentVersion: null,
  lastUpdateAt: null,
  lastContactAt: null,
  connects: 0,
  lastError: null,
  isSilent: false,
  stale: false,
};

/** Heartbeats and polls come at their own pace: as long as they do, silence means that nothing has changed. */
export function isInTouch({ connection }: Life): boolean {
  return connection === 'streaming' || connection === 'polling';
}

export function statusOf(life: Life, events: EventFigures): ClientStatus {
  return {
    state: stateOf(life),
    connection: connectionOf(life),
    source: life.source,
    environmentVersion: life.environmentVersion,
    lastUpdateAt: life.lastUpdateAt,
    lastContactAt: life.lastContactAt,
    reconnects: Math.max(0, life.connects - 1),
    events,
    lastError: life.lastError,
  };
}

function stateOf(life: Life): ClientState {
  if (life.mode !== 'stream') return life.mode;
  if (life.connection === 'unauthorized' || life.connection === 'degraded') return life.connection;
  if (life.source === 'none') return 'initializing';
  return life.stale ? 'stale' : 'ready';
}

function connectionOf(life: Life): ClientStatus['connection'] {
  if (life.mode !== 'stream') return 'none';
  switch (life.connection) {
    case 'streaming':
    case 'polling':
      return life.connection;
    case 'degraded':
      return 'streaming';
    default:
      return 'disconnected';
  }
}
