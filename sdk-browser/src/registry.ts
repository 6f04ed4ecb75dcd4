import { createClientOn } from './client.ts';
import type { Page } from './page.ts';
import type { BrowserClient, BrowserClientOptions, RegisteredFlags } from './types.ts';

interface Shared {
  readonly client: BrowserClient;
  handles: number;
}

/** One for all copies of this package on the page. */
const REGISTRY = Symbol.for('@glidepath/registry/1');
const DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/**
 * A handle on the client of this URL, key and instance, which the first call makes with its options; the last handle's
 * `close` ends it. Offline clients are never shared: a server renders pages of many users.
 */
export function sharedClient<F extends object = RegisteredFlags>(
  page: Page,
  options: NoInfer<BrowserClientOptions<F>>,
): BrowserClient<F> {
  const { url, clientKey, instance, mode } = options;
  const holder = globalThis as { [REGISTRY]?: Map<string, Shared> };
  // Not enumerable: what lists or copies a page's globals is not shown it.
  if (!holder[REGISTRY]) Object.defineProperty(holder, REGISTRY, { value: new Map() });
  const clients = mode === 'offline' ? new Map<string, Shared>() : (holder[REGISTRY] as Map<string, Shared>);
  const name = JSON.stringify([url, clientKey, instance]);
  const shared = clients.get(name) ?? { client: createClientOn(page, options as BrowserClientOptions), handles: 0 };
  clients.set(name, shared);
  shared.handles += 1;
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    shared.handles -= 1;
    if (shared.handles) return;
    clients.delete(name);
    await shared.client.close();
  };
  const close = {
    value(): Promise<void> {
      closing ??= end();
      return closing;
    },
  };
  return Object.create(shared.client, { close, [DISPOSE]: close }) as BrowserClient<F>;
}
