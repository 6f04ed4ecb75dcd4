import { OFREPProvider } from '@openfeature/ofrep-provider';
import {
  AsyncLocalStorageTransactionContextPropagator,
  type EvaluationContext,
  OpenFeature,
} from '@openfeature/server-sdk';
import {
  type Attributes,
  askByType,
  type HookCall,
  type ProviderAdapter,
  recordingHook,
  type Session,
} from './adapter.ts';

/** `@openfeature/server-sdk` over `@openfeature/ofrep-provider`, with a server key. */
export function ofrepServerAdapter(url: string, key: string): ProviderAdapter {
  let opened = 0;
  return {
    name: 'OFREP server provider',
    async open(state) {
      // It has no life of its own: the SDK holds it for ready, whatever the server says.
      if (state !== 'stable') throw new Error(`this provider is never ${state}`);
      opened += 1;
      let merged: Record<string, unknown> = {};
      const fetchImplementation: typeof fetch = async (input, init) => {
        const { context } = (await (input as Request).clone().json()) as { context: Record<string, unknown> };
        merged = context;
        return fetch(input, init);
      };
      const domain = `${state} ${opened}`;
      const headers: [string, string][] = [['Authorization', `Bearer ${key}`]];
      await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: url, headers, fetchImplementation }));
      return serverSessionOf(domain, () => merged);
    },
  };
}

export function serverSessionOf(domain: string, mergedNow: () => Readonly<Record<string, unknown>>): Session {
  OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
  return {
    status: () => OpenFeature.getClient(domain).providerStatus,
    async evaluate(evaluation) {
      const { context, levels = {}, hooks = [] } = evaluation;
      const at = (attributes: Attributes = {}) => attributes as EvaluationContext;
      const calls: HookCall[] = [];
      const client = OpenFeature.getClient(domain);
      client.setContext(at(levels.Client));
      OpenFeature.setContext(at(levels.API));
      const beforeHook = { before: () => at(levels['Before Hooks']) };
      const given = [...hooks.map((name) => recordingHook(name, calls)), beforeHook];
      let isAnswered = false;
      const answer = new Promise<Awaited<ReturnType<Session['evaluate']>>['details']>((resolve, reject) => {
        OpenFeature.setTransactionContext(at(levels.Transaction), () => {
          const asked = Promise.resolve(
            askByType(client, evaluation, at({ ...context, ...levels.Invocation }), { hooks: given }),
          );
          asked
            .finally(() => {
              isAnswered = true;
            })
            .then(resolve, reject);
        });
      });
      const isAsynchronous = !isAnswered;
      const details = await answer;
      OpenFeature.setContext({});
      return { details, calls, merged: mergedNow(), isAsynchronous };
    },
    close: () => OpenFeature.clearProviders(),
  };
}
