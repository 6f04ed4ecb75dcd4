import type { SessionView } from '@glidepath/server/api-types';
import { createContext, type ReactNode, useContext } from 'react';
import { type Api, createApi } from './api.ts';
import { createServerClock, type ServerClock } from './clock.ts';
import { createReauthentication, type Reauthentication } from './reauthentication.ts';

/** What pages need from outside of React. */
export interface Services {
  readonly api: Api;
  readonly clock: ServerClock;
  readonly reauthentication: Reauthentication;
  /** Learns who is signed in; rejects with status 401 when nobody is. */
  loadSession(): Promise<SessionView>;
  /** A new identifier that nobody can guess. */
  newId(): string;
}

export function createServices(window: Pick<Window, 'fetch' | 'performance' | 'crypto' | 'setTimeout'>): Services {
  let csrfToken: string | null = null;
  const clock = createServerClock(window.performance);
  const reauthentication = createReauthentication();
  const api = createApi({
    fetch: (input, init) => window.fetch(input, init),
    csrfToken: () => csrfToken,
    reauthenticate: () => reauthentication.ask(),
    pause: (ms) => new Promise((resolve) => window.setTimeout(resolve, ms)),
  });
  return {
    api,
    clock,
    reauthentication,
    async loadSession() {
      const session = await api.get<SessionView>('/api/v1/session');
      csrfToken = session.csrfToken;
      clock.learn(session.serverTime);
      return session;
    },
    newId() {
      const bytes = window.crypto.getRandomValues(new Uint8Array(16));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  };
}

const ServicesContext = createContext<Services | null>(null);

export function ServicesProvider(props: { readonly services: Services; readonly children: ReactNode }) {
  return <ServicesContext value={props.services}>{props.children}</ServicesContext>;
}

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices outside of ServicesProvider');
  return services;
}
