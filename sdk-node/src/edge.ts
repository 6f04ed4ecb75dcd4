import { type DefineFlag, flagRef } from '@glidepath/core/sdk';
import { createClientOn } from './client.ts';
import { logFor } from './docs.ts';
import { edgePlatform } from './edge-platform.ts';
import { sharedClient } from './shared-clients.ts';
import type { ClientOptions, FlagsClient, RegisteredFlags } from './types.ts';

export { fromPino } from './from-pino.ts';
export type * from './index.ts';

/** Declares a flag once: its key, its fallback and, where it has one, the check of its values. */
export const defineFlag: DefineFlag<RegisteredFlags> = flagRef as DefineFlag<RegisteredFlags>;

/**
 * Keeps an environment's flags in this isolate by polling, and answers from them. Nothing happens before the client is
 * used for the first time: outside of requests, edge platforms allow neither timers nor chance nor requests.
 */
export function createClient<F extends object = RegisteredFlags>(
  options: NoInfer<ClientOptions<F>> = {},
): FlagsClient<F> {
  return onFirstUse(() => {
    const platform = edgePlatform();
    const given = options as ClientOptions;
    if (given.mode === 'stream')
      logFor(given, platform)('warn', 'GP1120', 'there are no streams on this platform: the client polls');
    const polling: ClientOptions = { ...given, mode: modeOf(given) };
    return sharedClient(polling, platform, (settled) => createClientOn(platform, settled));
  }) as unknown as FlagsClient<F>;
}

function modeOf({ mode }: ClientOptions): NonNullable<ClientOptions['mode']> {
  return mode === undefined || mode === 'stream' ? 'poll' : mode;
}

function onFirstUse<T extends object>(create: () => T): T {
  let made: T | null = null;
  const used = (): T => {
    made ??= create();
    return made;
  };
  return new Proxy({} as T, {
    get: (_target, name) => Reflect.get(used(), name),
    has: (_target, name) => Reflect.has(used(), name),
  });
}
