import type { Json } from '@glidepath/core';
import type { BootstrapContent } from '@glidepath/core/sdk';
import type { Page } from './page.ts';
import type { BrowserClientOptions } from './types.ts';
import { type Flags, frozen } from './values.ts';

/** What a page was given to begin with; the version is null where only values were. Throws where it cannot be read. */
export function readBootstrap(
  given: NonNullable<BrowserClientOptions['bootstrap']>,
  { document }: Page,
): readonly [Flags, version: number | null] {
  const content = typeof given === 'string' ? JSON.parse(document.querySelector(given)?.textContent as string) : given;
  const { flags, values, version = null } = content as Partial<BootstrapContent> & { values?: Record<string, Json> };
  const all: readonly (readonly [string, BootstrapContent['flags'][string]])[] = flags
    ? Object.entries(flags)
    : Object.entries(values as Record<string, Json>).map(([key, value]) => [key, [value, null, null]]);
  return [
    new Map(all.map(([key, [value, variation, rev]]) => [key, { value: frozen(value), variation, rev }])),
    version,
  ];
}
