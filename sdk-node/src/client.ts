import type { ContextInput } from '@glidepath/core';
import { factsPart } from './facts.ts';
import type { Platform } from './platform.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import type { ClientOptions, FlagsClient, RegisteredFlags } from './types.ts';

/** The client over a given platform; `createClient` gives it Node's. */
export function createClientOn<F extends object = RegisteredFlags>(
  platform: Platform,
  options: NoInfer<ClientOptions<F>>,
): FlagsClient<F> {
  return clientOver(createRuntime(platform, options as ClientOptions));
}

/** What callers see of a client's life: all its parts put together. */
export function clientOver<F extends object = RegisteredFlags>({ host, current, ...life }: Runtime): FlagsClient<F> {
  const client = {
    get status() {
      return life.status();
    },
    waitForInitialization: life.wait,
    variation<T>(key: string, context: ContextInput, fallback: T): T {
      const { answers } = current;
      return answers === null ? fallback : answers.value(key, context, fallback);
    },
    variationDetail: <T>(key: string, context: ContextInput, fallback: T) =>
      host.detail(host.serving, key, context, fallback),
    on: host.emitter.on,
    flush: life.flush,
    close: life.close,
    async [Symbol.asyncDispose]() {
      await life.close();
    },
  };
  return Object.assign(client, factsPart(host)) as unknown as FlagsClient<F>;
}
