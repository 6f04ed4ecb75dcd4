import type { FlagInEnvironment } from '../change/facts.ts';
import { segmentsOf } from '../change/uses.ts';
import { code, listed } from '../change/words.ts';
import type { Clause, FlagConfig } from '../model/model.ts';

/** The flags of an environment, and the rules of its segments. */
export interface Web {
  readonly flags: ReadonlyMap<string, FlagInEnvironment>;
  readonly segments: ReadonlyMap<string, readonly { readonly clauses: readonly Clause[] }[]>;
}

export interface Dependencies {
  /** Flags that it needs, directly or not, nearest first. */
  readonly prerequisites: readonly Distant[];
  /** Flags that need it, directly or not, nearest first; archived ones do not count. */
  readonly dependants: readonly Distant[];
  /** Segments that its rules name, directly or through others. */
  readonly segments: readonly { readonly segment: string; readonly via: string }[];
  /** Dependants that a kill of the flag, or turning it off, leaves with nothing but their off variation. */
  readonly takesDown: readonly string[];
}

interface Distant {
  readonly flag: string;
  /** Steps away. */
  readonly distance: number;
}

/** What a flag needs, and what needs it. */
export function dependenciesOf({ flags, segments }: Web, key: string): Dependencies {
  const live = new Map([...flags].filter(([name, { flag }]) => name === key || flag.archivedAt === null));
  const users = usersIn(live);
  const dependants = reachedFrom(key, (name) => users.get(name) ?? []);
  return {
    prerequisites: reachedFrom(key, (name) => needsOf(flags.get(name)?.config)).filter(({ flag }) => flags.has(flag)),
    dependants,
    segments: segmentsBehind(flags.get(key)?.config.rules ?? [], segments),
    takesDown: takenDown(live, key, dependants),
  };
}

/** Flags whose answers may hang on a segment: by their rules, through other segments, or through flags that they need. */
export function flagsBehind({ flags, segments }: Web, segment: string): readonly string[] {
  const named = new Set([segment]);
  // A set also visits what is added while it is walked.
  for (const inner of named) for (const [key, rules] of segments) if (isNamed(inner, rules)) named.add(key);
  const live = new Map([...flags].filter(([, { flag }]) => flag.archivedAt === null));
  const using = [...live].filter(([, { config }]) => [...named].some((one) => isNamed(one, config.rules)));
  const found = new Set(using.map(([key]) => key));
  const users = usersIn(live);
  for (const key of found) for (const user of users.get(key) ?? []) found.add(user);
  return [...found];
}

function isNamed(segment: string, rules: readonly { readonly clauses: readonly Clause[] }[]): boolean {
  return rules.some(({ clauses }) => segmentsOf(clauses).includes(segment));
}

function needsOf(config: FlagConfig | undefined): readonly string[] {
  return config?.prerequisites.map(({ flag }) => flag) ?? [];
}

function usersIn(flags: Web['flags']): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const [key, { config }] of flags)
    for (const needed of needsOf(config)) {
      const known = users.get(needed);
      if (known === undefined) users.set(needed, [key]);
      else known.push(key);
    }
  return users;
}

/** By the shortest way. */
function reachedFrom(start: string, next: (key: string) => readonly string[]): readonly Distant[] {
  const distances = new Map([[start, 0]]);
  // A map also visits what is added while it is walked.
  for (const [key, distance] of distances)
    for (const other of next(key)) if (!distances.has(other)) distances.set(other, distance + 1);
  distances.delete(start);
  return [...distances].map(([flag, distance]) => ({ flag, distance }));
}

function segmentsBehind(rules: FlagConfig['rules'], segments: Web['segments']): Dependencies['segments'] {
  const numbers = new Map<string, string[]>();
  for (const [index, { clauses }] of rules.entries())
    for (const segment of new Set(segmentsOf(clauses)))
      numbers.set(segment, [...(numbers.get(segment) ?? []), `rule ${index + 1}`]);
  const via = new Map([...numbers].map(([segment, words]) => [segment, listed(words, 'and')]));
  for (const segment of via.keys())
    for (const inner of (segments.get(segment) ?? []).flatMap(({ clauses }) => segmentsOf(clauses)))
      if (!via.has(inner)) via.set(inner, `segment ${code(segment)}`);
  return [...via].map(([segment, words]) => ({ segment, via: words }));
}

/** Those that fall with the flag, and have not fallen already. */
function takenDown(flags: Web['flags'], key: string, dependants: readonly Distant[]): readonly string[] {
  const already = fallen(flags, null);
  const then = fallen(flags, key);
  return dependants.map(({ flag }) => flag).filter((flag) => then.has(flag) && !already.has(flag));
}

/** Flags that serve their off variation to everybody: off, killed, or with a prerequisite that nobody meets. */
function fallen(flags: Web['flags'], stopped: string | null): ReadonlySet<string> {
  const down = new Set<string>();
  const isServing = (key: string) => {
    const config = flags.get(key)?.config;
    return key !== stopped && config?.on === true && config.killed === null;
  };
  const isUnmet = ({ flag, variations }: FlagConfig['prerequisites'][number]) =>
    !isServing(flag) || (down.has(flag) && !variations.includes(flags.get(flag)?.config.offVariation ?? ''));
  for (let before = -1; before < down.size; ) {
    before = down.size;
    for (const [key, { config }] of flags) if (!isServing(key) || config.prerequisites.some(isUnmet)) down.add(key);
  }
  return down;
}
