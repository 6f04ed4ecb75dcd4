import type { FlagType, Json } from '@glidepath/core';
import { nearest } from '../parse.ts';
import type { Findings, Place } from './find.ts';
import type { Filing, KnownFlag } from './known-flags.ts';

/** What is wrong, where, and how it is mended. */
export interface Problem {
  readonly code: 'unknown-key' | 'fallbacks-disagree' | 'fallback-type' | 'over-budget' | 'budget-unknown';
  readonly key: string | null;
  readonly path: string | null;
  readonly line: number | null;
  readonly sentence: string;
  readonly mend: string;
}

export interface Judged {
  /** Keys that code asks for and the project does not have; null: it is not known which it has. */
  readonly unknownKeys: readonly UnknownKey[] | null;
  /** Live flags of the project that the code does not name. */
  readonly unusedKeys: readonly string[] | null;
  readonly archivedKeys: readonly string[] | null;
  /** Null: nobody knows what counts. */
  readonly budgets: readonly Budget[] | null;
  readonly problems: readonly Problem[];
}

export interface UnknownKey {
  readonly key: string;
  readonly nearest: string | null;
  /** Nothing but tests asks for it. */
  readonly isOnlyInTests: boolean;
  readonly places: readonly string[];
}

export interface Budget {
  /** A tag, the name of an owner, or `*` for all. */
  readonly of: string;
  readonly flags: number;
  readonly limit: number;
}

/** Tests ask for flags that nobody has, and want other fallbacks: neither is wrong. */
const isTest = (path: string): boolean =>
  /(^|\/)(tests?|specs?|__tests__|__mocks__|e2e|fixtures?)\/|[._-](test|spec|stories|cy)\.[^/]+$|_test\.[^/]+$/i.test(
    path,
  );

/** What a scan says about the flags of a project. */
export function judge(
  { places }: Pick<Findings, 'places'>,
  flags: readonly KnownFlag[] | null,
  limits: Readonly<Record<string, number>>,
): Judged {
  const byKey = grouped(places);
  const fallbacks = [...byKey].flatMap(([key, own]) => fallbackProblems(key, own, flags));
  if (flags === null)
    return { unknownKeys: null, unusedKeys: null, archivedKeys: null, budgets: null, problems: fallbacks };
  const known = new Map(flags.map((flag) => [flag.key, flag]));
  const live = flags.filter(({ isArchived }) => !isArchived);
  const unknownKeys = [...byKey].filter(([key]) => !known.has(key)).map(([key, own]) => unknownKey(key, own, live));
  const budgets = budgetsOf(live, limits);
  return {
    unknownKeys,
    unusedKeys: live.filter(({ key }) => !byKey.has(key)).map(({ key }) => key),
    archivedKeys: [...byKey.keys()].filter((key) => known.get(key)?.isArchived === true),
    budgets,
    problems: [
      ...unknownKeys.filter(({ isOnlyInTests }) => !isOnlyInTests).map((one) => unknownProblem(one, byKey)),
      ...fallbacks,
      ...(budgets === null
        ? [UNKNOWN_BUDGET]
        : budgets.filter(({ flags: count, limit }) => count > limit).map(budgetProblem)),
    ],
  };
}

function grouped(places: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  for (const place of places) {
    const own = found.get(place.key);
    if (own === undefined) found.set(place.key, [place]);
    else own.push(place);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const placeOf = ({ path, line }: { readonly path: string; readonly line: number }): string => `${path}:${line}`;

function unknownKey(key: string, places: readonly Place[], live: readonly KnownFlag[]): UnknownKey {
  return {
    key,
    nearest: nearest(
      key,
      live.map((flag) => flag.key),
    ),
    isOnlyInTests: places.every(({ path, kind }) => isTest(path) || kind === 'values'),
    places: places.map(placeOf),
  };
}

function unknownProblem({ key, nearest: meant }: UnknownKey, byKey: ReadonlyMap<string, readonly Place[]>): Problem {
  const first = byKey.get(key)?.find(({ path, kind }) => !isTest(path) && kind !== 'values');
  return {
    code: 'unknown-key',
    key,
    path: first?.path ?? null,
    line: first?.line ?? null,
    sentence: `The code asks for \`${key}\`, and the project has no such flag: it always gets the fallback.`,
    mend:
      meant === null
        ? `Create it with \`glidepath flags create ${key}\`, or remove the call.`
        : `Did you mean \`${meant}\`? Else create it with \`glidepath flags create ${key}\`.`,
  };
}

/** What a caller wants where nothing is known should not depend on which caller it is. */
function fallbackProblems(
  key: string,
  places: readonly Place[],
  flags: readonly KnownFlag[] | null,
): readonly Problem[] {
  const given = places.filter(
    ({ fallback, kind, path }) => fallback !== undefined && kind !== 'values' && !isTest(path),
  );
  const type = flags?.find((flag) => flag.key === key)?.type;
  const wrong = given.filter(({ fallback }) => type !== undefined && !isOfType(fallback as Json, type));
  return [...disagreement(key, given), ...wrong.map((place) => typeProblem(place, type as FlagType))];
}

function disagreement(key: string, given: readonly Place[]): readonly Problem[] {
  const [first] = given;
  const other = given.find(({ fallback }) => canonical(fallback) !== canonical(first?.fallback));
  if (first === undefined || other === undefined) return [];
  const values = new Map(given.map((place) => [canonical(place.fallback), place] as const).toReversed());
  const told = [...values].reverse().map(([value, place]) => `${value} at ${placeOf(place)}`);
  return [
    {
      code: 'fallbacks-disagree',
      key,
      path: other.path,
      line: other.line,
      sentence: `The fallbacks of \`${key}\` disagree: ${told.join(', ')}.`,
      mend: 'Give all calls the same fallback; `defineFlag` says it once.',
    },
  ];
}

function typeProblem({ key, path, line, fallback }: Place, type: FlagType): Problem {
  return {
    code: 'fallback-type',
    key,
    path,
    line,
    sentence: `The fallback of \`${key}\` is ${JSON.stringify(fallback)}, and the flag is of type ${type}.`,
    mend: `Pass a fallback of type ${type}: the value of the flag will be of that type.`,
  };
}

const isOfType = (value: Json, type: FlagType): boolean => type === 'json' || typeof value === type;

/** The same text for the same JSON. */
function canonical(value: Json | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonical(one)).join(',')}]`;
  const members = Object.entries(value as Readonly<Record<string, Json>>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
}

/** Live flags that are not permanent, by the tag they carry or whoever answers for them. */
function budgetsOf(live: readonly KnownFlag[], limits: Readonly<Record<string, number>>): readonly Budget[] | null {
  const wanted = Object.entries(limits);
  const filings = live.map(({ filing }) => filing);
  if (!filings.every((filing) => filing !== null)) return wanted.length === 0 ? [] : null;
  const counted = filings.filter(({ isPermanent }) => !isPermanent);
  return wanted.map(([of, limit]) => ({ of, limit, flags: counted.filter((filing) => isOf(filing, of)).length }));
}

const isOf = ({ tags, owner }: Filing, of: string): boolean => of === '*' || tags.includes(of) || owner === of;

/** A count of what is not known would let every team pass. */
const UNKNOWN_BUDGET: Problem = {
  code: 'budget-unknown',
  key: null,
  path: null,
  line: null,
  sentence: 'The budgets of `scan.budget` are not counted: a rule set knows neither owners nor tags nor ends of flags.',
  mend: 'Pass what `glidepath pull flags.json` writes without --rules, or leave --from out.',
};

function budgetProblem({ of, flags, limit }: Budget): Problem {
  const whose = of === '*' ? 'The project' : `\`${of}\``;
  return {
    code: 'over-budget',
    key: null,
    path: null,
    line: null,
    sentence: `${whose} has ${flags} flags that are not permanent, and its budget is ${limit}.`,
    mend: 'Remove flags that are settled (`glidepath prune`), archive them, or raise `scan.budget`.',
  };
}
