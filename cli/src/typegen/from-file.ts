import type { FlagBody, SegmentBody } from '@glidepath/core';
import { pulledIn } from '../pulled.ts';
import type { Declared, DeclaredFlag } from './declared.ts';
import { declaredBy } from './definitions.ts';

/** Reads what `glidepath pull` has written: flags, or a rule set. */
export function declaredIn(file: string, text: string, now: number): Declared {
  const pulled = pulledIn(file, text);
  if (pulled.kind === 'flags')
    return { flags: inOrder(pulled.flags.map((view) => declaredBy(view, now))), segmentClauses: [] };
  const { items } = pulled;
  const flags = items.flatMap((item) => (item.kind === 'flag' ? [declaredByBody(item.key, item.body)] : []));
  const segments = items.flatMap((item) => (item.kind === 'segment' ? [item.body as SegmentBody] : []));
  return {
    flags: inOrder(flags),
    segmentClauses: segments.flatMap(({ rules }) => rules.flatMap(({ clauses }) => clauses)),
  };
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
