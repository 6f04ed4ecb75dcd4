import type { Json } from '@glidepath/core';

export type Overrides = ReadonlyMap<string, Json>;
/** In this tab; in every page of this origin in this browser; or, as a cookie, in those and on the servers that render them. */
export type Reach = 'tab' | 'browser' | 'server';

const NAME = 'glidepath:overrides';
/** In the address, and the usual one of the cookie. */
const LINK = 'glidepath-overrides';
/** Browsers keep no longer cookie. */
const MOST_CHARACTERS = 4_000;

/** Where overrides outlive the page. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
export type Shelves = Readonly<Record<Reach, Shelf>>;

/** From the widest to the one that counts most. */
const REACHES = ['server', 'browser', 'tab'] as const satisfies readonly Reach[];

/** Those of the link, else of the tab, else of the browser, else of the cookie; and how far the nearest of them reach. */
export function keptOverrides(shelves: Shelves, href: string): readonly [Overrides, Reach] {
  const linked = new URLSearchParams(new URL(href).hash.slice(1)).get(LINK);
  let nearest: Reach = 'tab';
  const overrides = new Map<string, Json>();
  for (const reach of REACHES) {
    const kept = entriesOf(() => shelves[reach].getItem(NAME));
    if (kept.length > 0) nearest = reach;
    for (const [key, value] of kept) overrides.set(key, value);
  }
  for (const [key, value] of entriesOf(() => linked)) overrides.set(key, value);
  return [overrides, linked === null ? nearest : 'tab'];
}

/** They are kept in one place only: what another one remembered is taken away. */
export function keepOverrides(shelves: Shelves, overrides: Overrides, reach: Reach): void {
  for (const kind of REACHES)
    try {
      if (kind === reach && overrides.size > 0) shelves[kind].setItem(NAME, textOf(overrides));
      else shelves[kind].removeItem(NAME);
    } catch {
      // Forbidden or full: they hold as long as the page.
    }
}

/** A cookie of the session as a shelf: the only one that servers see. */
export function cookieShelf(page: Pick<Document, 'cookie'>, isSecure: boolean, name: string = LINK): Shelf {
  const set = (text: string, more = ''): void => {
    page.cookie = `${name}=${text};path=/;samesite=lax${isSecure ? ';secure' : ''}${more}`;
  };
  const removeItem = () => set('', ';max-age=-1');
  return {
    getItem: () => decodeURIComponent(page.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? '{}'),
    setItem(_name, text) {
      const encoded = encodeURIComponent(text);
      if (encoded.length > MOST_CHARACTERS) removeItem();
      else set(encoded);
    },
    removeItem,
  };
}

/** The page's address with the overrides, for somebody who shall see what you see. */
export function linkOf(href: string, overrides: Overrides): string {
  const link = new URL(href);
  link.hash = new URLSearchParams({ [LINK]: textOf(overrides) }).toString();
  return link.href;
}

/** What cannot be read counts as none. */
function entriesOf(text: () => string | null): [string, Json][] {
  try {
    return Object.entries(JSON.parse(text() ?? '{}') as Readonly<Record<string, Json>>);
  } catch {
    return [];
  }
}

function textOf(overrides: Overrides): string {
  return JSON.stringify(Object.fromEntries(overrides));
}
