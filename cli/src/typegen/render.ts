import { contextTypes } from './context-types.ts';
import type { Declared, DeclaredFlag } from './declared.ts';
import { prose, textLiteral, valueLiteral } from './literals.ts';
import { namesFor } from './names.ts';
import { flagType } from './value-types.ts';

export type Sdk = 'node' | 'browser';

export interface Wanted {
  /** Those whose registry is filled; the first brings `defineFlag`. */
  readonly sdks: readonly Sdk[];
  readonly refs: boolean;
  readonly context: boolean;
}

const HEAD =
  '// Written by `glidepath typegen`: do not edit. `glidepath typegen --check` tells whether it is up to date.';

/** The same text for the same flags, wherever and whenever it is made. */
export function render({ flags, segmentClauses }: Declared, { sdks, refs, context }: Wanted): string {
  const clauses = [...flags.flatMap((flag) => flag.clauses), ...segmentClauses];
  const [main] = sdks;
  const parts = [
    ...(refs && main !== undefined ? [`import { defineFlag } from '@glidepath/sdk-${main}';\n`] : []),
    schemaOf(flags),
    ...(context ? [contextTypes(clauses)] : []),
    ...sdks.map((sdk) => registryOf(sdk, context)),
    ...(refs ? [refsOf(flags)] : []),
  ];
  return `${HEAD}\n${parts.join('\n')}`;
}

function schemaOf(flags: readonly DeclaredFlag[]): string {
  const members = flags.map(
    (flag) => `  ${commentOf(flag)}\n  readonly ${textLiteral(flag.key)}: ${flagType(flag)};\n`,
  );
  return `export interface FlagSchema {\n${members.join('')}}\n`;
}

function registryOf(sdk: Sdk, context: boolean): string {
  const members = ['    readonly flags: FlagSchema;', ...(context ? ['    readonly context: ContextSchema;'] : [])];
  return `declare module '@glidepath/sdk-${sdk}' {\n  interface Register {\n${members.join('\n')}\n  }\n}\n`;
}

/** Fallbacks are what a flag serves while it is off. */
function refsOf(flags: readonly DeclaredFlag[]): string {
  const names = namesFor(flags.map(({ key }) => key));
  return flags
    .map((flag) => {
      const call = `defineFlag(${textLiteral(flag.key)}, { fallback: ${valueLiteral(flag.safe)} })`;
      return `${commentOf(flag)}\nexport const ${names.get(flag.key)} = /* @__PURE__ */ ${call};\n`;
    })
    .join('');
}

function commentOf({ description, owner, variations, expires, isStale }: DeclaredFlag): string {
  const facts = [
    ...(description === '' ? [] : [ended(prose(description))]),
    ...(owner === null ? [] : [`Owner: ${prose(owner)}.`]),
    `Variations: ${variations.map(({ key }) => prose(key)).join(', ')}.`,
    ...(expires === null ? [] : [`Expires ${expires}.`]),
  ];
  return `/** ${facts.join(' ')}${isStale ? ' @deprecated it has had its time: remove what asks for it' : ''} */`;
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
