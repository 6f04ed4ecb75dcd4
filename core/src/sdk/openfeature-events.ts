import type { ChangeEvent, ClientState, ClientStatus, ListenOptions, Unsubscribe } from './status.ts';

type Word = 'READY' | 'ERROR' | 'STALE';
/** Values of OpenFeature's `ProviderEvents`, the same in all of its SDKs. */
export type OpenFeatureEvent = `PROVIDER_${Word | 'CONFIGURATION_CHANGED'}`;

/** What OpenFeature shall be told of a client's state, where it shall be told anything. */
const WORDS: Readonly<Partial<Record<ClientState, Word>>> = {
  ready: 'READY',
  degraded: 'READY',
  offline: 'READY',
  stale: 'STALE',
  unauthorized: 'ERROR',
  failed: 'ERROR',
};

/** What both SDKs' clients have. */
interface Followed {
  on(event: 'status', listener: (status: ClientStatus) => void, options?: ListenOptions): Unsubscribe;
  on(event: 'change', listener: (event: ChangeEvent) => void, options?: ListenOptions): Unsubscribe;
}

/** Follows a client for OpenFeature, which itself tells of the outcome of a provider's initialization. */
export interface Follower {
  /** Settles as the outcome does; from then on events are emitted. */
  initialized(outcome: Promise<void>): Promise<void>;
  stop(): void;
}

/** Emits an event whenever the client comes into a state that OpenFeature has another word for, and one per update. */
export function followClient(
  client: Followed,
  emit: (event: OpenFeatureEvent, details: { readonly flagsChanged?: string[] }) => void,
): Follower {
  let told: Word | undefined;
  const ends = [
    client.on('status', ({ state }) => {
      const word = WORDS[state];
      if (!told || !word || word === told) return;
      told = word;
      emit(`PROVIDER_${word}`, {});
    }),
    client.on('change', ({ keys }) => {
      if (told) emit('PROVIDER_CONFIGURATION_CHANGED', { flagsChanged: [...keys] });
    }),
  ];
  return {
    initialized: (outcome) =>
      outcome.then(
        () => {
          told = 'READY';
        },
        (error) => {
          told = 'ERROR';
          throw error;
        },
      ),
    stop() {
      for (const end of ends) end();
    },
  };
}
