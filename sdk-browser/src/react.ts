'use client';

import type { BrowserBootstrap, FlagKey } from '@glidepath/core/sdk';
import type { ReactElement, ReactNode } from 'react';
import { createClient, createElement, useMemo } from './react-api.ts';
import { inertClient, type Provided, sharedContext } from './react-context.ts';
import { useFlag } from './react-hooks.ts';
import { useLeased } from './react-lease.ts';
import type { BrowserClient, BrowserClientOptions, RegisteredFlags } from './types.ts';

export type FlagsProviderProps = {
  readonly children?: ReactNode;
  /** From a server SDK's `allFlagsState().toJSON()`: what the server renders, and what hydration begins with. */
  readonly bootstrap?: BrowserBootstrap;
  /** `live` (default); `frozen`: never changes under the user; `next-mount`: what is mounted later shows new values. */
  readonly updates?: 'live' | 'frozen' | 'next-mount';
} & (
  | {
      /** A client of yours, which stays open when the provider goes. */
      readonly client: BrowserClient;
      readonly options?: never;
    }
  /** A client that the providers with this URL, key and instance share, and that ends a second after the last of them. */
  | { readonly options: BrowserClientOptions; readonly client?: never }
);

/** Gives flags to the components below. On a server it opens nothing, and they show what `bootstrap` says. */
export function FlagsProvider({
  client: given,
  options,
  bootstrap,
  updates,
  children,
}: FlagsProviderProps): ReactElement {
  const isServer = typeof document === 'undefined';
  const inPage = bootstrap ?? options?.bootstrap;
  // The first options count, whatever object the next ones are.
  const all = { ...options, bootstrap: inPage } as BrowserClientOptions;
  const leased = useLeased(isServer || given || all.mode === 'offline' ? null : all);
  const value = useMemo((): Provided => {
    // A place in the page is nowhere on the server.
    const first = inertClient(typeof inPage === 'string' ? undefined : inPage);
    const client = isServer ? first : (given ?? leased ?? createClient(all));
    const pins = new Map();
    const source = updates === 'frozen' && bootstrap ? first : client;
    return [client, first, source, (own) => (updates === 'frozen' ? pins : updates === 'next-mount' ? own : null)];
  }, [given, leased, inPage, updates]);
  return createElement(sharedContext().Provider, { value }, children);
}

export interface FeatureProps<K extends FlagKey<RegisteredFlags>> {
  readonly flag: K;
  /** What counts as its value while nothing else is known. */
  readonly fallback: RegisteredFlags[K];
  /** The value for which the children are shown; without it, any that is not empty, 0 or false. */
  readonly is?: RegisteredFlags[K];
  /** What is shown, or what makes it of the value. */
  readonly children: ReactNode | ((value: RegisteredFlags[K]) => ReactNode);
  /** Shown instead; default nothing. */
  readonly otherwise?: ReactNode;
}

/** Shows its children where a flag has a value; counts an exposure either way. */
export function Feature<K extends FlagKey<RegisteredFlags>>({
  flag,
  fallback,
  is,
  children,
  otherwise,
}: FeatureProps<K>): ReactNode {
  const value = useFlag(flag, fallback) as RegisteredFlags[K];
  const isShown = is === undefined ? value : value === is;
  if (!isShown) return otherwise;
  return typeof children === 'function' ? children(value) : children;
}

export {
  useFlag,
  useFlagDetail,
  useFlagsClient,
  useFlagsStatus,
  useIdentify,
  useSuspenseFlag,
  useTrack,
} from './react-hooks.ts';
