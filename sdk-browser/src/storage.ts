import { COOKIE_SECONDS } from './limits.ts';
import type { Page } from './page.ts';
import type { SyncStorage } from './types.ts';

/** Where something is kept; by default in `localStorage`. */
export type Shelf = 'localStorage' | 'cookie' | 'none' | SyncStorage | undefined;

/**
 * Reads what is stored, or writes a text; an empty one takes away what is there. Throws where that is forbidden or full,
 * and where nothing is to be kept: `none` has no methods.
 */
export function onShelf(page: Page, shelf: Shelf = 'localStorage', name: string, text?: string): string | undefined {
  const { document, location } = page;
  if (shelf === 'cookie') {
    if (text === undefined) return document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1];
    document.cookie = `${name}=${text};path=/;samesite=lax;max-age=${text ? COOKIE_SECONDS : 0}${location.protocol === 'https:' ? ';secure' : ''}`;
    return undefined;
  }
  const storage = (shelf === 'localStorage' ? page.localStorage : shelf) as SyncStorage;
  const found = text
    ? storage.setItem(name, text)
    : text === undefined
      ? storage.getItem(name)
      : storage.removeItem(name);
  return found as string;
}
