import { COOKIE_SECONDS } from './limits.ts';
import type { Page } from './page.ts';
import type { SyncStorage } from './types.ts';

/**
 * Keeps what a client gives it in a cookie of the page, which servers see as well:
 * `anonymous: { persist: cookieStorage() }`.
 */
export function cookieStorage({ document, location }: Pick<Page, 'document' | 'location'> = globalThis): SyncStorage {
  const set = (name: string, text: string, seconds: number): void => {
    const secure = location.protocol === 'https:' ? ';secure' : '';
    document.cookie = `${name}=${text};path=/;max-age=${seconds};samesite=lax${secure}`;
  };
  return {
    getItem: (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? null,
    setItem: (name, text) => set(name, text, COOKIE_SECONDS),
    removeItem: (name) => set(name, '', 0),
  };
}
