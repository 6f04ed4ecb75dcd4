import { startFaultProxy } from '../../support/fault-proxy.ts';
import type { ProviderAdapter, ProviderState, Session } from './adapter.ts';

/** What OpenFeature's SDKs, of types of their own, do for one provider in one domain. */
export interface Registration {
  readonly set: () => void;
  readonly setAndWait: () => Promise<void>;
  readonly onStale: (heard: () => void) => void;
}

/** Brings a provider into a state; `cut` takes its network away, where it does not lose that by itself. */
export async function reach(state: ProviderState, provider: Registration, cut = (): void => undefined): Promise<void> {
  if (state === 'not ready') {
    provider.set();
    return;
  }
  const ready = provider.setAndWait();
  if (state === 'error' || state === 'fatal') {
    await ready.catch(() => undefined);
    return;
  }
  await ready;
  if (state !== 'stale') return;
  const stale = new Promise<void>((resolve) => {
    provider.onStale(resolve);
  });
  cut();
  await stale;
}

export interface Opening {
  readonly state: ProviderState;
  readonly domain: string;
  /** Of the service, by a network that can be cut. */
  readonly url: string;
  readonly options: { readonly initTimeoutSeconds: number };
  readonly cut: () => void;
}

/** A provider of ours, which learns of its states from the network alone. */
export function adapterOverNetwork(
  name: string,
  serviceUrl: string,
  open: (opening: Opening) => Promise<Session>,
): ProviderAdapter {
  let opened = 0;
  return {
    name,
    async open(state) {
      opened += 1;
      const proxy = await startFaultProxy(Number(new URL(serviceUrl).port));
      if (state === 'not ready' || state === 'error') proxy.blackhole();
      const session = await open({
        state,
        domain: `glidepath ${state} ${opened}`,
        url: proxy.url,
        options: { initTimeoutSeconds: state === 'error' ? 0.05 : 5 },
        cut() {
          proxy.blackhole();
          proxy.reset();
        },
      });
      return {
        ...session,
        async close() {
          await session.close();
          await proxy[Symbol.asyncDispose]();
        },
      };
    },
  };
}
