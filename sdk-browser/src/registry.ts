import { createClientOn } from './client.ts';
import type { Page } from './page.ts';
import type { BrowserClient, BrowserClientOptions, RegisteredFlags } from './types.ts';

/** A client, and those who have it and have not closed it. */
type Shared = readonly [client: BrowserClient, handles: Set<unknown>];

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
  const name = String([url, clientKey, instance]);
  const shared = clients.get(name) ?? ([createClientOn(page, options as BrowserClientOptions), new Set()] as const);
  const [client, handles] = shared;
  clients.set(name, shared);
  const close = {
    async value(): Promise<void> {
      if (handles.delete(close) && !handles.size) clients.delete(name);
      if (!handles.size) await client.close();
    },
  };
  handles.add(close);
  return Object.create(client, { close, [DISPOSE]: close }) as BrowserClient<F>;
}
