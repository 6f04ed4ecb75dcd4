import { FlagsProvider } from '@glidepath/sdk-node/openfeature';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import type { ProviderAdapter, ProviderState } from './adapter.ts';
import { serverSessionOf } from './server-adapter.ts';

/** `@openfeature/server-sdk` over our own provider, with a server key. */
export function ourServerAdapter(url: string, sdkKey: string): ProviderAdapter {
  let opened = 0;
  return {
    name: 'Glidepath server provider',
    async open(state) {
      opened += 1;
      const domain = `glidepath ${state} ${opened}`;
      const proxy = await startFaultProxy(Number(new URL(url).port));
      if (state === 'not ready' || state === 'error') proxy.blackhole();
      const provider = new FlagsProvider(
        {
          url: proxy.url,
          sdkKey: state === 'fatal' ? 'gp_srv_nonsense' : sdkKey,
          staleAfterMs: 100,
          logger: false,
          events: false,
        },
        { initTimeoutSeconds: state === 'error' ? 0.05 : 5 },
      );
      await reach(state, domain, provider, proxy);
      const session = serverSessionOf(domain, recorded(provider));
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

async function reach(state: ProviderState, domain: string, provider: FlagsProvider, proxy: FaultProxy): Promise<void> {
  if (state === 'not ready') {
    OpenFeature.setProvider(domain, provider);
    return;
  }
  const ready = OpenFeature.setProviderAndWait(domain, provider);
  if (state === 'error' || state === 'fatal') {
    await ready.catch(() => undefined);
    return;
  }
  await ready;
  if (state !== 'stale') return;
  const stale = new Promise<void>((resolve) => {
    OpenFeature.getClient(domain).addHandler(ProviderEvents.Stale, () => resolve());
  });
  proxy.blackhole();
  proxy.reset();
  await stale;
}

/** Answers in which context the provider was asked last. */
function recorded(provider: FlagsProvider): () => Readonly<Record<string, unknown>> {
  let merged: Readonly<Record<string, unknown>> = {};
  const resolve = provider.resolveBooleanEvaluation.bind(provider);
  provider.resolveBooleanEvaluation = (key, fallback, context) => {
    merged = context;
    return resolve(key, fallback, context);
  };
  return () => merged;
}
