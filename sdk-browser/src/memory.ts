import { COOKIE_SECONDS, MAX_CONTEXTS } from './limits.ts';
import { type Page, uuid } from './page.ts';
import type { BrowserClientOptions, SyncStorage } from './types.ts';
import { frozen, type Held, type Served } from './values.ts';

/** One context's values as they are kept under its fingerprint: no attribute and no key of anybody. */
type Entry = Omit<Held, 'flags'> & { readonly flags: readonly (readonly [string, Served])[] };
type Shelf = 'localStorage' | 'cookie' | 'none' | SyncStorage | undefined;

/** What outlives the page; where nothing may, it is kept as long as the page. */
export type Memory = readonly [
  anonymousKey: () => string,
  recall: (fingerprint: string) => Held | null,
  remember: (fingerprint: string, held: Held) => void,
  /** Forgets the values of all contexts, and who this is if that is asked for. */
  forget: (isAnotherNow: boolean) => void,
  /** Where storing is not allowed, what is stored is taken away. */
  allow: (isAllowed: boolean | undefined) => void,
];

/** `isLive`: offline clients, such as those that servers render pages with, touch no storage at all. */
export function createMemory(
  page: Page,
  { cache, anonymous = {}, clientKey, maxCachedContexts = MAX_CONTEXTS }: BrowserClientOptions,
  isLive: boolean,
): Memory {
  const { persist, cookieName = 'glidepath_id' } = anonymous;
  const valuesName = `glidepath:${clientKey}`;
  let isAllowed = true;

  const shelf = (kind: Shelf): SyncStorage | undefined => {
    if (!isLive || kind === 'none') return undefined;
    if (kind === 'cookie') return cookiesOf(page);
    return typeof kind === 'object' ? kind : page.localStorage;
  };
  const get = (kind: Shelf, name: string) => quietly(() => shelf(kind)?.getItem(name)) ?? '';
  const put = (kind: Shelf, name: string, text: string) =>
    quietly(() => (isAllowed && text ? shelf(kind)?.setItem(name, text) : shelf(kind)?.removeItem(name)));

  let key = get(persist, cookieName);
  /** The oldest first. */
  const entries: Map<string, Entry> = quietly(() => new Map(JSON.parse(get(cache, valuesName)))) ?? new Map();

  /** A moment later, so that `setConsent` right after `createClient` is heard first. */
  const save = (): void =>
    queueMicrotask(() => {
      put(persist, cookieName, key);
      put(cache, valuesName, entries.size ? JSON.stringify([...entries]) : '');
    });

  return [
    () => {
      if (!key) {
        key = uuid(page);
        save();
      }
      return key;
    },
    (fingerprint) =>
      quietly(() => {
        const entry = entries.get(fingerprint) as Entry;
        return { ...entry, flags: new Map(frozen(entry.flags)) };
      }) ?? null,
    (fingerprint, held) => {
      entries.delete(fingerprint);
      entries.set(fingerprint, { ...held, flags: [...held.flags] });
      for (const oldest of entries.keys())
        if (entries.size > Math.min(MAX_CONTEXTS, maxCachedContexts)) entries.delete(oldest);
      save();
    },
    (isAnotherNow) => {
      entries.clear();
      if (isAnotherNow) key = '';
      save();
    },
    (next = isAllowed) => {
      isAllowed = next;
      save();
    },
  ];
}

function cookiesOf({ document, location }: Page): SyncStorage {
  /** Without a value it is taken away. */
  const set = (name: string, value = ''): void => {
    document.cookie = `${name}=${value};path=/;max-age=${value ? COOKIE_SECONDS : 0};samesite=lax${location.protocol === 'https:' ? ';secure' : ''}`;
  };
  return {
    getItem: (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? null,
    setItem: set,
    removeItem: set,
  };
}

/** Storage may be forbidden, full or hold anything. */
function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
