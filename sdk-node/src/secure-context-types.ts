import type { ContextInput } from './types.ts';

export interface SecureContextClient {
  /** Proves to the service that this context comes from your server: for `secureHash` of the browser's client. Empty when it cannot be made. */
  secureModeHash(context: ContextInput): string;
  /**
   * A token that carries the context to the service: the browser can use it, but neither read nor alter it. Empty when
   * it cannot be made. `ttlSeconds`: how long it may be used; by default 3,600, at most 86,400.
   */
  sealContext(context: ContextInput, options?: { readonly ttlSeconds?: number }): Promise<string>;
}
