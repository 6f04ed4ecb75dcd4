import type { ErrorKind } from '@glidepath/core';
import type {
  BoundVariationDetailFn,
  BoundVariationFn,
  ClientState,
  EvaluationDetail,
  FlagRef,
} from '@glidepath/core/sdk';
import { OVER, suspend, useCallback, useEffect, useState, useSyncExternalStore, type Wait } from './react-api.ts';
import { type Pins, type Provided, useProvided } from './react-context.ts';
import type { WithTools } from './tools.ts';
import type { BrowserClient, RegisteredFlags } from './types.ts';

const SUSPENSE_SECONDS = 2;

type Detail = EvaluationDetail<unknown>;
type Asked = string | FlagRef<unknown>;
/** The hook for a flag, whatever is registered. */
type AnyHook = (flag: Asked, fallback?: unknown) => unknown;

/** Re-renders only when this flag's value changes for this user; counts an exposure once it is on the page. */
export const useFlag = ((flag, fallback) =>
  useAnswer(useProvided(), flag, fallback)) as AnyHook as BoundVariationFn<RegisteredFlags>;

/** Also re-renders when the connection comes or goes, which `source` and `stale` tell. */
export const useFlagDetail = ((flag, fallback) =>
  useAnswer(useProvided(), flag, fallback, true)) as AnyHook as BoundVariationDetailFn<RegisteredFlags>;

/** Suspends until there are values, for two seconds at most, then answers as `useFlag` does. Never rejects. */
export const useSuspenseFlag = ((flag, fallback) => {
  const provided = useProvided();
  const [client] = provided;
  suspend(client.status.state === 'initializing' ? firstValues(client) : waits.get(client));
  return useAnswer(provided, flag, fallback);
}) as AnyHook as BoundVariationFn<RegisteredFlags>;

/** What has become of the first values: `failed` only where there are none, and no more use in waiting. */
export function useFlagsStatus(): { readonly ready: boolean; readonly state: ClientState; readonly failed: boolean } {
  const [client, first] = useProvided();
  const subscribe = useCallback(
    (tell: () => void) => {
      void firstValues(client).then(tell);
      return listen(client, ['status', 'ready'], tell);
    },
    [client],
  );
  // Texts are the same while nothing changes.
  const [source, state, wait] = useSyncExternalStore(
    subscribe,
    () => `${client.status.source} ${client.status.state} ${waits.get(client)?.status}`,
    () => `${first.status.source} ${first.status.source === 'none' ? 'initializing' : 'ready'}`,
  ).split(' ') as [string, ClientState, string?];
  const ready = source !== 'none' || state === 'offline';
  return { ready, state, failed: !ready && (wait === OVER || state !== 'initializing') };
}

/** The client of the provider above: for all that has no hook of its own. */
export function useFlagsClient(): BrowserClient {
  return useProvided()[0];
}

/** Counts that something happened; the same function in every render. */
export function useTrack(): BrowserClient['track'] {
  return useProvided()[0].track;
}

/** Asks for the values of somebody else, as after signing in; the same function in every render. */
export function useIdentify(): BrowserClient['identify'] {
  return useProvided()[0].identify;
}

function useAnswer(
  [client, first, source, pinsOf]: Provided,
  flag: Asked,
  fallback: unknown,
  isDetailed?: boolean,
): unknown {
  const key = ((flag as FlagRef<unknown>).key ?? flag) as string;
  (client as WithTools)['~tools']?.rendered?.(key);
  const [own] = useState((): Pins => new Map());
  const subscribe = useCallback(
    (tell: () => void) => listen(client, [`change:${key}`, isDetailed ? 'status' : ''], tell),
    [client, key, isDetailed],
  );
  const look = (from: BrowserClient): unknown => {
    const detail = pinned(pinsOf(own), key, from.peekDetail(flag as string, fallback));
    return isDetailed ? detail : detail.value;
  };
  const shown = useSyncExternalStore(
    subscribe,
    () => look(source),
    () => look(first),
  );
  const value = isDetailed ? (shown as Detail).value : shown;
  useEffect(() => {
    // What is not served any more is about to be replaced; where it stays, it was counted when it was.
    if (Object.is(client.peek(flag as string, fallback), value)) client.variation(flag as string, fallback);
  }, [client, flag, fallback, value]);
  return shown;
}

/** Nothing is called ''. */
function listen(client: BrowserClient, events: readonly string[], tell: () => void): () => void {
  const stops = events.map((event) => client.on(event as 'status', tell));
  return () => {
    for (const stop of stops) stop();
  };
}

/** What was there at first, for whoever takes this type of values; a fallback for want of any values is not kept. */
function pinned(pins: Pins | null, key: string, detail: Detail): Detail {
  const name = typeof detail.value + key;
  const kept = pins?.get(name) ?? detail;
  if ((kept.reason as { errorKind?: ErrorKind }).errorKind !== 'CLIENT_NOT_READY') pins?.set(name, kept);
  return kept;
}

const waits = new WeakMap<BrowserClient, Wait>();

/** Awaited once for all components; resolves in any case. */
function firstValues(client: BrowserClient): Wait {
  const wait: Wait =
    waits.get(client) ??
    client.waitForInitialization({ timeoutSeconds: SUSPENSE_SECONDS }).then(() => {
      wait.status = OVER;
    });
  waits.set(client, wait);
  return wait;
}
