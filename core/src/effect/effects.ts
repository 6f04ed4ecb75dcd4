import { counted, someOf } from '../change/words.ts';
import { openEnvironment } from '../environment/environment.ts';
import type { Item } from '../model/items.ts';
import type { Effect } from './effect.ts';
import { effectOf } from './effect-of.ts';
import { type SampleOptions, sampleContexts } from './sample.ts';
import type { BeforeAndAfter } from './sections.ts';

export interface FlagEffect {
  readonly flag: string;
  readonly effect: Effect;
}

/**
 * What a change of flags and segments does to each of these flags, tried with contexts made up for it. One flag takes
 * milliseconds: who has others to serve rests between them.
 */
export function* effectsOf(
  { before, after }: BeforeAndAfter,
  flags: readonly string[],
  options: SampleOptions = {},
): Generator<FlagEffect, void> {
  const engines = options.engines ?? {};
  const was = openEnvironment(before, engines);
  const is = openEnvironment(after, engines);
  const behind = { before: linksIn(before), after: linksIn(after) };
  for (const flag of flags) {
    const items = { before: itemsBehind(flag, behind.before), after: itemsBehind(flag, behind.after) };
    yield { flag, effect: effectOf(was, is, flag, sampleContexts(items, options)) };
  }
}

type Links = ReadonlyMap<string, { readonly item: Item; readonly to: readonly string[] }>;

function linksIn(items: readonly Item[]): Links {
  return new Map(items.map((item) => [`${item.kind} ${item.key}`, { item, to: referencesOf(item) }]));
}

function referencesOf({ kind, body }: Item): readonly string[] {
  const segments = body.rules.flatMap(({ clauses }) =>
    clauses.filter(({ operator }) => operator === 'in-segment').flatMap(({ values }) => values),
  );
  const flags = kind === 'flag' ? body.prerequisites.map(({ flag }) => `flag ${flag}`) : [];
  return [...flags, ...segments.map((segment) => `segment ${segment}`)];
}

/** The flag and all that it refers to, directly or not. */
function itemsBehind(flag: string, links: Links): readonly Item[] {
  const reached = new Set([`flag ${flag}`]);
  // A set also visits what is added while it is walked.
  for (const id of reached) for (const next of links.get(id)?.to ?? []) reached.add(next);
  return [...reached].flatMap((id) => links.get(id)?.item ?? []);
}

/** “Changes who gets what in 2 flags: `checkout` and `search`.” */
export function describeEffects(effects: readonly FlagEffect[]): string {
  const changed = effects.filter(({ effect }) => effect.moves.length > 0).map(({ flag }) => flag);
  if (effects.length === 0) return 'No flag uses it.';
  if (changed.length > 0) return `Changes who gets what in ${counted(changed.length, 'flag')}: ${someOf(changed, 5)}.`;
  return `Changes nothing that anybody gets, in ${counted(effects.length, 'flag')} that ${effects.length === 1 ? 'uses' : 'use'} it.`;
}
