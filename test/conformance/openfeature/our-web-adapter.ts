import { FlagsWebProvider } from '@glidepath/sdk-browser/openfeature';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { shortenLongWaits } from '../../support/browser-globals.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import type { ProviderAdapter, ProviderState } from './adapter.ts';
import { webSessionOf } from './web-adapter.ts';

/** `@openfeature/web-sdk` over our own provider, with a client key. */
export function ourWebAdapter(url: string, clientKey: string): ProviderAdapter {
  let opened = 0;
  return {
    name: 'Glidepath web provider',
    async open(state) {
      opened += 1;
      const domain = `glidepath ${state} ${opened}`;
      const proxy = await startFaultProxy(Number(new URL(url).port));
      if (state === 'not ready' || state === 'error') proxy.blackhole();
      using _hurry = state === 'stale' ? shortenLongWaits() : null;
      const provider = new FlagsWebProvider(
        {
          url: proxy.url,
          clientKey: state === 'fatal' ? 'gp_cli_nonsense' : clientKey,
          instance: domain,
          logger: false,
          events: false,
          cache: 'none',
          anonymous: { persist: 'none' },
        },
        { initTimeoutSeconds: state === 'error' ? 0.05 : 5 },
      );
      await reach(state, domain, provider, proxy);
      const session = webSessionOf(domain, recorded(provider));
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

async function reach(
  state: ProviderState,
  domain: string,
  provider: FlagsWebProvider,
  proxy: FaultProxy,
): Promise<void> {
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

/** Answers for which context the provider was asked last. */
function recorded(provider: FlagsWebProvider): () => Readonly<Record<string, unknown>> {
  let merged: Readonly<Record<string, unknown>> = {};
  const change = provider.onContextChange.bind(provider);
  provider.onContextChange = (before, context) => {
    merged = context;
    return change(before, context);
  };
  return () => merged;
}
