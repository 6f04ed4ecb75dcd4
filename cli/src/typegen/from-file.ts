import type { FlagBody, Item, SegmentBody } from '@glidepath/core';
import type { FlagDefinitionView } from '@glidepath/server/api-types';
import { usage } from '../failure.ts';
import type { Declared, DeclaredFlag } from './declared.ts';
import { declaredBy } from './definitions.ts';

/** Reads what `glidepath pull` has written: flags, or a rule set. */
export function declaredIn(file: string, text: string, now: number): Declared {
  const content = parsed(file, text) as { readonly kind?: unknown };
  switch (content?.kind) {
    case 'flags': {
      const { flags } = content as { readonly flags: readonly FlagDefinitionView[] };
      return { flags: inOrder(flags.map((view) => declaredBy(view, now))), segmentClauses: [] };
    }
    case 'full': {
      const { items } = content as { readonly items: readonly Item[] };
      const flags = items.flatMap((item) => (item.kind === 'flag' ? [declaredByBody(item.key, item.body)] : []));
      const segments = items.flatMap((item) => (item.kind === 'segment' ? [item.body as SegmentBody] : []));
      return {
        flags: inOrder(flags),
        segmentClauses: segments.flatMap(({ rules }) => rules.flatMap(({ clauses }) => clauses)),
      };
    }
    default:
      throw usage(`${file} holds neither flags nor a rule set.`, 'Write it with `glidepath pull`.');
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${file} is no JSON: ${(error as Error).message}.`);
  }
}

/** A rule set knows no owners, descriptions and schemas. */
function declaredByBody(key: string, { type, variations, off, archived, rules }: FlagBody): DeclaredFlag {
  return {
    key,
    type,
    description: '',
    owner: null,
    variations,
    jsonSchema: null,
    expires: null,
    isStale: archived === true,
    safe: variations[off]?.value ?? null,
    clauses: rules.flatMap(({ clauses }) => clauses),
  };
}

/** By code units: the same everywhere, whatever the language of the machine. */
export const inOrder = (flags: readonly DeclaredFlag[]): readonly DeclaredFlag[] =>
  flags.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
