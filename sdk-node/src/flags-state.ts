import type { ContextInput, Json } from '@glidepath/core';
import { type BootstrapContent, type BrowserBootstrap, fingerprintOf, toldReason } from '@glidepath/core/sdk';
import type { AllFlagsOptions } from './flags-state-types.ts';
import type { Host, Serving } from './host.ts';

/** `FlagsState` of flags that nobody has named. */
export interface FlagsStateView {
  readonly values: Readonly<Record<string, Json>>;
  readonly environmentVersion: number | null;
  toJSON(): BrowserBootstrap;
  toScriptTag(options?: { readonly id?: string; readonly nonce?: string }): string;
}

type Entry = readonly [key: string, state: BootstrapContent['flags'][string]];

export function createFlagsState(host: Host) {
  return {
    allFlagsState: (context: ContextInput, options?: AllFlagsOptions) => flagsState(host.serving, context, options),
  };
}

/** Flags that answer with an error are left out: there is nothing to serve of them. */
export function flagsState(
  from: Serving | null,
  context: ContextInput,
  options: AllFlagsOptions | undefined,
): FlagsStateView {
  const entries = from === null ? [] : entriesOf(from, context, options ?? {});
  const content: BootstrapContent = Object.freeze({
    $glidepath: 1 as const,
    version: from?.version ?? null,
    context: printOf(context),
    flags: Object.freeze(Object.fromEntries(entries.map(([key, state]) => [key, Object.freeze(state)]))),
  });
  const toJSON = () => content as BrowserBootstrap & BootstrapContent;
  return {
    values: Object.freeze(Object.fromEntries(entries.map(([key, [value]]) => [key, value]))),
    environmentVersion: from?.version ?? null,
    toJSON,
    toScriptTag: (tag) => scriptTag(jsonOf(content), tag),
  };
}

/** What came from a file or from the application may be nested deeper than can be written: such flags are left out. */
function jsonOf(content: BootstrapContent): string {
  const writing = (flags: readonly Entry[]) => JSON.stringify({ ...content, flags: Object.fromEntries(flags) });
  const all = Object.entries(content.flags);
  try {
    return writing(all);
  } catch {
    return writing(all.filter((entry) => isWritable(() => writing([entry]))));
  }
}

function isWritable(write: () => string): boolean {
  try {
    write();
    return true;
  } catch {
    return false;
  }
}

/** In the order of their keys, so that the same state is the same text. */
function entriesOf(
  { environment, quiet }: Serving,
  context: ContextInput,
  { browserOnly = true, withReasons = false }: AllFlagsOptions,
): readonly Entry[] {
  const bodyOf = (key: string) => environment.flags.get(key)?.item.body;
  const isTold = (key: string) => !browserOnly || bodyOf(key)?.clientSide === true;
  const entries: Entry[] = [];
  for (const key of [...environment.flags.keys()].filter(isTold).sort()) {
    const { value, variation, flagVersion, reason } = quiet.evaluate<unknown>(key, context, undefined);
    if (value === undefined) continue;
    const hasRules = bodyOf(key)?.rules.length !== 0;
    const told = withReasons ? toldReason(reason, { hasRules, isTold }) : null;
    const state = [value as Json, variation, flagVersion] as const;
    entries.push([key, told === null ? state : [...state, told]]);
  }
  return entries;
}

/** Of a context that cannot be read there are no values either. */
function printOf(context: ContextInput): string {
  try {
    return fingerprintOf(context);
  } catch {
    return '';
  }
}

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function scriptTag(json: string, { id = 'glidepath-state', nonce }: { id?: string; nonce?: string } = {}): string {
  const text = json.replace(/[<\u2028\u2029]/g, (character) => ESCAPED[character] ?? character);
  const allowed = nonce === undefined ? '' : ` nonce="${attribute(nonce)}"`;
  return `<script type="application/json" id="${attribute(id)}"${allowed}>${text}</script>`;
}

function attribute(text: string): string {
  return String(text).replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
