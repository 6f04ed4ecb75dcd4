import type { Item } from '@glidepath/core';
import type { FlagDefinitionView } from '@glidepath/server/api-types';
import { usage } from './failure.ts';

/** What `glidepath pull FILE` has written: flags, or with --rules the rule set of an environment. */
type Pulled =
  | { readonly kind: 'flags'; readonly flags: readonly FlagDefinitionView[] }
  | { readonly kind: 'full'; readonly items: readonly Item[] };

export function pulledIn(file: string, text: string): Pulled {
  const content = parsed(file, text) as { readonly kind?: unknown } | null;
  if (content?.kind === 'flags' || content?.kind === 'full') return content as Pulled;
  throw usage(`${file} holds neither flags nor a rule set.`, 'Write it with `glidepath pull`.');
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${file} is no JSON: ${(error as Error).message}.`);
  }
}
