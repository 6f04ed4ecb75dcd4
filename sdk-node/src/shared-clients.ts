import type { Unsubscribe } from '@glidepath/core/sdk';
import { logFor } from './docs.ts';
import { isOffline } from './options.ts';
import type { Platform } from './platform.ts';
import type { ClientOptions, CloseResult, FlagsClient } from './types.ts';
import { WithStatus } from './with-status.ts';

/** One for the whole process: the ESM and the CommonJS build of this package share what it holds. */
const REGISTRY = Symbol.for('@glidepath/registry/1');

interface Shared {
  readonly client: FlagsClient;
  readonly options: ClientOptions;
  /** Options that were told to be ignored. */
  readonly told: Set<string>;
  handles: number;
}

type Create = (options: ClientOptions) => FlagsClient;

/**
 * The client of this URL, key and instance: made on the first call, and closed with the last of the handles that are given
 * out for it. So modules that are loaded twice, or again and again, keep one connection.
 */
export function sharedClient(
  options: ClientOptions,
  platform: Pick<Platform, 'environment' | 'logger' | 'monotonic'>,
  create: Create,
): FlagsClient {
  const name = nameOf(options, platform.environment);
  if (name === null) return create(options);
  const clients = registry();
  const known = clients.get(name);
  if (known !== undefined) {
    tellIgnored(known, options, platform);
    return handleOn(known, name, create);
  }
  const shared: Shared = { client: create(options), options, told: new Set(), handles: 0 };
  clients.set(name, shared);
  return handleOn(shared, name, create);
}

/** Not among what is shown of the process: the names hold keys. */
function registry(): Map<string, Shared> {
  const holder = globalThis as { [REGISTRY]?: Map<string, Shared> };
  const known = holder[REGISTRY];
  if (known !== undefined) return known;
  const clients = new Map<string, Shared>();
  Object.defineProperty(holder, REGISTRY, { value: clients, configurable: true });
  return clients;
}

/** Null where there is no connection that could be shared. */
function nameOf(options: ClientOptions, environment: Platform['environment']): string | null {
  const url = options.url ?? environment['GLIDEPATH_URL'];
  const sdkKey = options.sdkKey ?? environment['GLIDEPATH_SDK_KEY'];
  if (isOffline(options) || !url || !sdkKey) return null;
  try {
    return JSON.stringify([String(url), String(sdkKey), options.instance ?? '']);
  } catch {
    // What callers in plain JavaScript pass may have no text.
    return null;
  }
}

function handleOn(shared: Shared, name: string, create: Create): FlagsClient {
  const { client } = shared;
  const subscriptions = new Set<Unsubscribe>();
  let shown = client;
  let closing: Promise<CloseResult> | null = null;
  shared.handles += 1;

  const close = async (options?: { timeoutMs?: number }): Promise<CloseResult> => {
    for (const unsubscribe of [...subscriptions]) unsubscribe();
    shared.handles -= 1;
    if (shared.handles === 0) {
      if (registry().get(name) === shared) registry().delete(name);
      return client.close(options);
    }
    // Others go on with the client: of this handle nothing is left but what every closed client answers.
    shown = closedClient(create);
    Object.assign(handle, shown, own);
    const { ok } = await client.flush(options);
    return { flushed: ok, dropped: 0 };
  };

  const own = {
    close(options?: { timeoutMs?: number }): Promise<CloseResult> {
      closing ??= close(options);
      return closing;
    },
    async [Symbol.asyncDispose]() {
      await own.close();
    },
  };

  /** What a handle listens to ends with the handle. */
  const subscribing =
    (subscribe: (...given: readonly unknown[]) => Unsubscribe) =>
    (...given: readonly unknown[]): Unsubscribe => {
      const end = subscribe(...given);
      const unsubscribe = (): void => {
        subscriptions.delete(unsubscribe);
        end();
      };
      subscriptions.add(unsubscribe);
      return unsubscribe;
    };

  const handle = Object.assign(new WithStatus(() => shown.status), client, own) as unknown as FlagsClient;
  for (const call of ['on', 'watch'] as const)
    Object.assign(handle, { [call]: subscribing(client[call] as (...given: readonly unknown[]) => Unsubscribe) });
  return handle;
}

function closedClient(create: Create): FlagsClient {
  const client = create({ offline: true, logger: false });
  void client.close();
  return client;
}

/** Told by name, and once: what a second call wants otherwise is not what it gets. */
function tellIgnored(
  shared: Shared,
  options: ClientOptions,
  platform: Pick<Platform, 'logger' | 'environment' | 'monotonic'>,
): void {
  const names = [...new Set([...Object.keys(shared.options), ...Object.keys(options)])] as (keyof ClientOptions)[];
  const differing = names.filter((name) => shapeOf(shared.options[name]) !== shapeOf(options[name]));
  const untold = differing.filter((name) => !shared.told.has(name) && name !== 'url' && name !== 'sdkKey');
  if (untold.length === 0) return;
  for (const name of untold) shared.told.add(name);
  const which = untold.join(', ');
  const ignored = `a client of this URL and key exists and is shared; ignored of this call: ${which}`;
  logFor(options, platform)('warn', 'GP1003', ignored);
}

/** Functions are made anew by whoever loads a module again, so they are taken for the same. */
function shapeOf(option: unknown): string {
  if (option === undefined) return '';
  if (typeof option === 'function') return 'function';
  try {
    return JSON.stringify(option) ?? typeof option;
  } catch {
    return typeof option;
  }
}
