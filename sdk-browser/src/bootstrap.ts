import type { Json } from '@glidepath/core';
import type { BootstrapContent } from '@glidepath/core/sdk';
import type { Page } from './page.ts';
import type { BrowserClientOptions } from './types.ts';
import { type Flags, frozen } from './values.ts';

type Given = Partial<BootstrapContent> & {
  readonly values?: Readonly<Record<string, Json>>;
};

/** What a page was given to begin with; the version is null where only values were. Throws where it cannot be read. */
export function readBootstrap(
  given: NonNullable<BrowserClientOptions['bootstrap']>,
  { document }: Page,
): readonly [Flags, version: number | null] {
  const content = typeof given === 'string' ? JSON.parse(document.querySelector(given)?.textContent as string) : given;
  const { flags, values, version = null } = content as Given;
  return [
    new Map(
      Object.entries(flags ?? (values as object)).map(([key, entry]) => {
        const [value, variation, rev, reason] = flags ? entry : [entry];
        return [key, frozen({ value, variation, rev, reason })];
      }),
    ),
    version,
  ];
}
