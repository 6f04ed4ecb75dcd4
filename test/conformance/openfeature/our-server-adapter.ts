import { FlagsProvider } from '@glidepath/sdk-node/openfeature';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import type { ProviderAdapter } from './adapter.ts';
import { serverSessionOf } from './server-adapter.ts';
import { adapterOverNetwork, reach } from './states.ts';

/** `@openfeature/server-sdk` over our own provider, with a server key. */
export function ourServerAdapter(serviceUrl: string, sdkKey: string): ProviderAdapter {
  return adapterOverNetwork('Glidepath server provider', serviceUrl, async ({ state, domain, url, options, cut }) => {
    const provider = new FlagsProvider(
      {
        url,
        sdkKey: state === 'fatal' ? 'gp_srv_nonsense' : sdkKey,
        staleAfterMs: 100,
        logger: false,
        events: false,
      },
      options,
    );
    const registration = {
      set: () => OpenFeature.setProvider(domain, provider),
      setAndWait: () => OpenFeature.setProviderAndWait(domain, provider),
      onStale: (heard: () => void) => OpenFeature.getClient(domain).addHandler(ProviderEvents.Stale, heard),
    };
    await reach(state, registration, cut);
    return serverSessionOf(domain, recorded(provider));
  });
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
