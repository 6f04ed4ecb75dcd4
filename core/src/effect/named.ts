import type { Item } from '../model/items.ts';
import { type Persona, personaWith } from './persona.ts';
import type { BeforeAndAfter } from './sections.ts';

/** Of a list that did not change, so many keys are tried. */
const KEPT = 4;

/** Everybody who is named one by one in only one of the configurations, then some who are named in both. */
export function namedIn({ before, after }: BeforeAndAfter): readonly Persona[] {
  const was = listsIn(before);
  const is = listsIn(after);
  const news: Persona[] = [];
  const kept: Persona[] = [];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(name), is.get(name)];
    const contextKind = (now ?? old)?.contextKind ?? 'user';
    const known = (keys: readonly string[]) => keys.map((key) => personaWith(contextKind, 'key', key));
    const differing = differenceOf(old?.keys ?? [], now?.keys ?? []);
    news.push(...known(differing));
    kept.push(...known((now?.keys ?? []).slice(0, KEPT)));
  }
  return [...news, ...kept];
}

interface List {
  readonly contextKind: string;
  readonly keys: readonly string[];
}

function listsIn(items: readonly Item[]): ReadonlyMap<string, List> {
  return new Map(
    items.flatMap((item) => listsOf(item).map(([name, list]) => [`${item.kind} ${item.key} ${name}`, list])),
  );
}

function listsOf({ kind, body }: Item): readonly (readonly [name: string, List])[] {
  if (kind === 'flag') return body.targets.map((target) => [`${target.variation} ${target.contextKind}`, target]);
  return (['included', 'excluded'] as const).flatMap((name) =>
    body[name].map((list): [string, List] => [`${name} ${list.contextKind}`, list]),
  );
}

function differenceOf(old: readonly string[], now: readonly string[]): readonly string[] {
  if (old.length === now.length && old.every((key, index) => key === now[index])) return [];
  const was = new Set(old);
  const is = new Set(now);
  return [...now.filter((key) => !was.has(key)), ...old.filter((key) => !is.has(key))];
}
