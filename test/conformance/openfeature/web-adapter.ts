import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { type EvaluationContext, OpenFeature, type Provider, ProviderEvents } from '@openfeature/web-sdk';
import {
  askByType,
  type HookCall,
  type ProviderAdapter,
  type ProviderState,
  recordingHook,
  type Session,
} from './adapter.ts';
import { type Registration, reach } from './states.ts';

type Fetch = typeof fetch;

/** `@openfeature/web-sdk` over `@openfeature/ofrep-web-provider`, with a client key. */
export function ofrepWebAdapter(url: string, key: string): ProviderAdapter {
  let opened = 0;
  return {
    name: 'OFREP web provider',
    async open(state) {
      opened += 1;
      const domain = `${state} ${opened}`;
      let merged: Record<string, unknown> = {};
      const watched: Fetch = async (input, init) => {
        const { context } = (await (input as Request).clone().json()) as { context: Record<string, unknown> };
        merged = context;
        return fetch(input, init);
      };
      const provider = new OFREPWebProvider({
        baseUrl: url,
        headers: [['Authorization', `Bearer ${state === 'fatal' ? 'gp_cli_nonsense' : key}`]],
        fetchImplementation: networkOf(state, watched),
        cacheMode: 'disabled',
        ...(state === 'stale' && { changeDetection: 'polling', pollInterval: 20 }),
      }) as Provider;
      await reach(state, registrationOf(domain, provider));
      return webSessionOf(domain, () => merged);
    },
  };
}

/** What has to happen on the way to the server for the provider to come into a state. */
function networkOf(state: ProviderState, real: Fetch): Fetch {
  let answered = 0;
  return async (input, init) => {
    answered += 1;
    if (state === 'not ready') return new Promise<Response>(() => undefined);
    if (state === 'error' || (state === 'stale' && answered > 1)) throw new TypeError('fetch failed');
    return real(input, init);
  };
}

export function registrationOf(domain: string, provider: Provider): Registration {
  return {
    set: () => OpenFeature.setProvider(domain, provider),
    setAndWait: () => OpenFeature.setProviderAndWait(domain, provider),
    onStale: (heard) => OpenFeature.getClient(domain).addHandler(ProviderEvents.Stale, heard),
  };
}

export function webSessionOf(domain: string, mergedNow: () => Readonly<Record<string, unknown>>): Session {
  return {
    status: () => OpenFeature.getClient(domain).providerStatus,
    async evaluate(evaluation) {
      const { context, levels = {}, hooks = [] } = evaluation;
      const { API, ...others } = levels;
      // In a browser the context stands before anything is evaluated: there are no other levels.
      if (Object.keys(others).length > 0) throw new Error('a level that browsers do not have');
      const calls: HookCall[] = [];
      const client = OpenFeature.getClient(domain);
      if (client.providerStatus === 'READY')
        await OpenFeature.setContext(domain, { ...API, ...context } as EvaluationContext);
      const given = { hooks: hooks.map((name) => recordingHook(name, calls)) };
      const answer = askByType(client, evaluation, given);
      const details = await answer;
      return { details, calls, merged: mergedNow(), isAsynchronous: answer instanceof Promise };
    },
    close: () => OpenFeature.clearProviders(),
  };
}
