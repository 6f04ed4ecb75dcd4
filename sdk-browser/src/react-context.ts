import type { Context } from 'react';
import { createClient, createContext, useContext } from './react-api.ts';
import type { BrowserClient, BrowserClientOptions } from './types.ts';

/**
 * What a provider gives to the hooks below it; a tuple, because names of members are what cannot be made shorter in what
 * browsers load.
 */
export type Provided = readonly [
  /** Whose exposures are counted. */
  client: BrowserClient,
  /** What servers render with, and hydration begins with. */
  first: BrowserClient,
  /** What is shown is read from here: `client`, unless what it says does not matter. */
  source: BrowserClient,
  /** What was shown first, where that stays; `own` are those of the component that asks. */
  pinsOf: (own: Pins) => Pins | null,
];

export type Pins = Map<string, ReturnType<BrowserClient['peekDetail']>>;

const CONTEXT = Symbol.for('@glidepath/react/1');

/** One for all copies of this package on the page: a provider of one copy and a hook of another one fit together. */
export function sharedContext(): Context<Provided | null> {
  const holder = globalThis as { [CONTEXT]?: Context<Provided | null> };
  holder[CONTEXT] ??= createContext<Provided | null>(null);
  return holder[CONTEXT];
}

/** A client that touches nothing and never changes: it answers from what it is given, else with fallbacks. */
export function inertClient(bootstrap: BrowserClientOptions['bootstrap'] | undefined): BrowserClient {
  return createClient({ clientKey: '', mode: 'offline', bootstrap } as BrowserClientOptions);
}

/** What is shown is what this client says, always. */
export const providing = (client: BrowserClient): Provided => [client, client, client, () => null];

let outside: Provided | undefined;

/** Outside of any provider all are fallbacks, and the console says once that the client is not configured. */
export function useProvided(): Provided {
  const provided = useContext(sharedContext());
  if (provided) return provided;
  outside ??= providing(createClient({ clientKey: '' }));
  return outside;
}
