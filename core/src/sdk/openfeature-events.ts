import type { ClientState, ClientStatus } from './status.ts';

/** Values of OpenFeature's `ProviderEvents`, the same in all of its SDKs. */
export type OpenFeatureEvent = 'PROVIDER_READY' | 'PROVIDER_ERROR' | 'PROVIDER_STALE';

/** What OpenFeature shall be told of a client's state; null = nothing. */
const EVENTS = {
  initializing: null,
  ready: 'PROVIDER_READY',
  degraded: 'PROVIDER_READY',
  offline: 'PROVIDER_READY',
  stale: 'PROVIDER_STALE',
  unauthorized: 'PROVIDER_ERROR',
  failed: 'PROVIDER_ERROR',
  closed: null,
} as const satisfies Record<ClientState, OpenFeatureEvent | null>;

/** Follows a client for OpenFeature. */
export interface EventTeller {
  /** OpenFeature itself has told of this, and of nothing before it. */
  initialized(outcome: 'PROVIDER_READY' | 'PROVIDER_ERROR'): void;
  readonly isInitialized: boolean;
  status(status: ClientStatus): void;
}

/** Emits an event whenever the client comes into a state that OpenFeature has another word for. */
export function createEventTeller(emit: (event: OpenFeatureEvent, message: string | null) => void): EventTeller {
  let told: OpenFeatureEvent | null = null;
  return {
    initialized(outcome) {
      told = outcome;
    },
    get isInitialized() {
      return told !== null;
    },
    status({ state, lastError }) {
      const event = EVENTS[state];
      if (told === null || event === null || event === told) return;
      told = event;
      emit(event, event === 'PROVIDER_ERROR' ? (lastError?.message ?? null) : null);
    },
  };
}
