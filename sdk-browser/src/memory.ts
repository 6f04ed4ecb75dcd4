import { type Page, uuid } from './page.ts';
import type { BrowserClientOptions, SyncStorage } from './types.ts';
import { frozen, type Held, type Served } from './values.ts';

/** One context's values as they are kept, newest first: no attribute and no key of anybody. */
type Entry = readonly [fingerprint: string, epoch: string, v: number, flags: readonly (readonly [string, Served])[]];
type Shelf = 'localStorage' | 'cookie' | 'none' | SyncStorage | undefined;

/** What outlives the page; where nothing may, it is kept as long as the page. */
export interface Memory {
  anonymousKey(): string;
  recall(fingerprint: string): Held | null;
  remember(fingerprint: string, held: Held): void;
  /** Forgets the values of all contexts, and who this is if that is asked for. */
  forget(isAnotherNow: boolean): void;
  /** Where storing is not allowed, what is stored is taken away. */
  allow(isAllowed: boolean): void;
}

export function createMemory(page: Page, options: BrowserClientOptions): Memory {
  const { cache, anonymous, clientKey, maxCachedContexts = 5 } = options;
  const { persist, cookieName = 'glidepath_id' } = anonymous ?? {};
  const valuesName = `glidepath:${clientKey}`;
  let isAllowed = true;

  const shelf = (kind: Shelf): SyncStorage => {
    if (kind === 'cookie') return cookiesOf(page);
    return typeof kind === 'object' ? kind : page.localStorage;
  };
  const get = (kind: Shelf, name: string) => quietly(() => kind !== 'none' && shelf(kind).getItem(name)) || '';
  const put = (kind: Shelf, name: string, text: string) =>
    quietly(
      () => kind !== 'none' && (isAllowed && text ? shelf(kind).setItem(name, text) : shelf(kind).removeItem(name)),
    );

  let key = get(persist, cookieName);
  let entries: readonly Entry[] = quietly(() => JSON.parse(get(cache, valuesName))) ?? [];

  /** A moment later, so that `setConsent` right after `createClient` is heard first. */
  const save = (): void =>
    queueMicrotask(() => {
      put(persist, cookieName, key);
      put(cache, valuesName, entries[0] ? JSON.stringify(entries) : '');
    });

  return {
    anonymousKey() {
      if (!key) {
        key = uuid(page);
        save();
      }
      return key;
    },
    recall: (fingerprint) =>
      quietly(() => {
        const [, epoch, v, flags] = entries.find(([print]) => print === fingerprint) as Entry;
        return { epoch, v, flags: new Map(frozen(flags)) };
      }) ?? null,
    remember(fingerprint, { epoch, v, flags }) {
      const others = quietly(() => entries.filter(([print]) => print !== fingerprint)) ?? [];
      entries = [[fingerprint, epoch, v, [...flags]] as const, ...others].slice(0, Math.min(5, maxCachedContexts));
      save();
    },
    forget(isAnotherNow) {
      entries = [];
      if (isAnotherNow) key = '';
      save();
    },
    allow(next) {
      isAllowed = next;
      save();
    },
  };
}

function cookiesOf({ document }: Page): SyncStorage {
  const set = (name: string, value: string, seconds = 31_536_000): void => {
    document.cookie = `${name}=${value};path=/;max-age=${seconds};samesite=lax`;
  };
  return {
    getItem: (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? null,
    setItem: set,
    removeItem: (name) => set(name, '', 0),
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
