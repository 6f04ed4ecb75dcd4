import { FlagsWebProvider } from '@glidepath/sdk-browser/openfeature';
import { shortenLongWaits } from '../../support/browser-globals.ts';
import type { ProviderAdapter } from './adapter.ts';
import { adapterOverNetwork, reach } from './states.ts';
import { registrationOf, webSessionOf } from './web-adapter.ts';

/** `@openfeature/web-sdk` over our own provider, with a client key. */
export function ourWebAdapter(serviceUrl: string, clientKey: string): ProviderAdapter {
  return adapterOverNetwork('Glidepath web provider', serviceUrl, async ({ state, domain, url, options, cut }) => {
    using _hurry = state === 'stale' ? shortenLongWaits() : null;
    const provider = new FlagsWebProvider(
      {
        url,
        clientKey: state === 'fatal' ? 'gp_cli_nonsense' : clientKey,
        instance: domain,
        logger: false,
        events: false,
        cache: 'none',
        anonymous: { persist: 'none' },
      },
      options,
    );
    await reach(state, registrationOf(domain, provider), cut);
    return webSessionOf(domain, recorded(provider));
  });
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
