import type { Json } from '@glidepath/core';

export type Overrides = ReadonlyMap<string, Json>;
/** For this tab, or for every page of this origin in this browser. */
export type Reach = 'tab' | 'browser';

const NAME = 'glidepath:overrides';
const LINK = 'glidepath-overrides';

/** Where overrides outlive the page. What cannot be read counts as none. */
export interface Shelves {
  readonly tab: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly browser: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/** Those of the link, else of the tab, else of the browser. */
export function keptOverrides(shelves: Shelves, href: string): Overrides {
  const linked = new URLSearchParams(new URL(href).hash.slice(1)).get(LINK);
  return new Map(
    [() => shelves.browser.getItem(NAME), () => shelves.tab.getItem(NAME), () => linked].flatMap((text) => {
      try {
        return Object.entries(JSON.parse(text() ?? '{}') as Readonly<Record<string, Json>>);
      } catch {
        return [];
      }
    }),
  );
}

/** They are kept in one place only: what another one remembered is taken away. */
export function keepOverrides(shelves: Shelves, overrides: Overrides, reach: Reach): void {
  for (const kind of ['tab', 'browser'] as const)
    try {
      if (kind === reach && overrides.size > 0) shelves[kind].setItem(NAME, textOf(overrides));
      else shelves[kind].removeItem(NAME);
    } catch {
      // Forbidden or full: they hold as long as the page.
    }
}

/** The page's address with the overrides, for somebody who shall see what you see. */
export function linkOf(href: string, overrides: Overrides): string {
  const link = new URL(href);
  link.hash = new URLSearchParams({ [LINK]: textOf(overrides) }).toString();
  return link.href;
}

function textOf(overrides: Overrides): string {
  return JSON.stringify(Object.fromEntries(overrides));
}
