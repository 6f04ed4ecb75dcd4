import type { ContextInput } from '@glidepath/core';
import type { FlagRef } from '@glidepath/core/sdk';
import { createExplain } from './explain.ts';
import { factsPart } from './facts.ts';
import { createFlagsState } from './flags-state.ts';
import { createHealth } from './health/health.ts';
import { createSides } from './migration/sides.ts';
import type { Platform } from './platform.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { createScopes } from './scopes.ts';
import { createSecureContext } from './secure-context.ts';
import type { ClientOptions, FlagsClient, RegisteredFlags } from './types.ts';
import { variationOn } from './variation.ts';
import { createWatch } from './watch.ts';
import { WithStatus } from './with-status.ts';

/** The client over a given platform; `createClient` gives it Node's. */
export function createClientOn<F extends object = RegisteredFlags>(
  platform: Platform,
  options: NoInfer<ClientOptions<F>>,
): FlagsClient<F> {
  return clientOver(createRuntime(platform, options as ClientOptions));
}

/** What callers see of a client's life: all its parts put together. */
export function clientOver<F extends object = RegisteredFlags>({ host, current, ...life }: Runtime): FlagsClient<F> {
  const variation = variationOn(host, current);
  const { unseen, ...scopes } = createScopes(host);
  const calls = {
    waitForInitialization: life.wait,
    variation,
    variationDetail: <T>(flag: string | FlagRef<T>, context: ContextInput, fallback: T) =>
      host.detail(host.serving, flag, context, fallback),
    on: host.emitter.on,
    flush: life.flush,
    close: life.close,
    async [Symbol.asyncDispose]() {
      await life.close();
    },
  };
  return Object.assign(
    new WithStatus(life.status),
    calls,
    scopes,
    createHealth(host, scopes.current),
    createWatch(host),
    createFlagsState(host),
    createExplain(host),
    createSecureContext(host),
    createSides(host, variation, unseen),
    factsPart(host),
  ) as unknown as FlagsClient<F>;
}
