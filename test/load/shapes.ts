/** How a flag of the benchmark decides; every library is given the same definition in its own words. */
export type Kind = 'switch' | 'rollout' | 'ruled' | 'member';

export interface BenchFlag {
  readonly key: string;
  readonly kind: Kind;
}

/** A key and eight attributes; no interface, because an SDK takes any attributes. */
export type BenchContext = {
  readonly key: string;
  readonly country: string;
  readonly appVersion: string;
  readonly email: string;
  readonly plan: string;
  readonly age: number;
  readonly beta: boolean;
  readonly device: string;
  readonly language: string;
};

/** What a library holds, and what it is asked about. */
export interface Workload {
  readonly flags: readonly BenchFlag[];
  readonly contexts: readonly BenchContext[];
  /** `ruled`: on for these countries, … */
  readonly countries: readonly string[];
  /** … from this version on, … */
  readonly version: string;
  /** … and for this ending of the e-mail address; everybody else by a split of 10 %. */
  readonly ending: string;
  /** `member`: on for these keys. */
  readonly members: readonly string[];
}

export type Asking = 'one' | 'each' | 'all';

export interface Shape {
  readonly title: string;
  /** One flag again and again, another one in each call, or all in one call. */
  readonly asking: Asking;
  readonly flags: readonly BenchFlag[];
}

export const CONTEXTS = 1_024;
const ENDING = '@staff.example.org';
const VERSION = '3.2.0';
const MEMBERS = 1_000;
const COUNTRIES = 'DE AT CH FR BE NL LU DK SE NO FI IS EE LV LT PL CZ SK HU SI'.split(' ');
const ELSEWHERE = 'US CA MX BR AR CL JP KR AU NZ IN ZA'.split(' ');

const several = (kind: Kind, count: number, from = 0): readonly BenchFlag[] =>
  Array.from({ length: count }, (_, i) => ({ key: `${kind}-flag-${from + i}`, kind }));

export const SHAPES = {
  a: { title: 'on/off', asking: 'one', flags: several('switch', 10) },
  b: { title: '10 % by key', asking: 'one', flags: several('rollout', 10) },
  c: { title: 'three rules, then 10 %', asking: 'one', flags: several('ruled', 10) },
  d: { title: 'one of a list of 1,000 keys', asking: 'one', flags: several('member', 10) },
  e: { title: 'one of 1,000 flags', asking: 'one', flags: several('rollout', 1_000) },
  e2: { title: 'another of 1,000 flags each time', asking: 'each', flags: several('rollout', 1_000) },
  f: {
    title: 'all of 500 flags',
    asking: 'all',
    flags: [...several('switch', 200), ...several('rollout', 200), ...several('ruled', 75), ...several('member', 25)],
  },
} as const satisfies Record<string, Shape>;
export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

/** The flag in the middle: neither the first nor the last that a library has read. */
export const askedOf = ({ flags }: Shape): BenchFlag => flags[flags.length >> 1]!;

/** The keys as they stand in a program: its own strings, not those that came with the flags. */
export const writtenKeys = (flags: readonly BenchFlag[]): readonly string[] =>
  Object.keys(Object.fromEntries(flags.map(({ key }) => [key, null])));

export function workloadOf({ flags }: Shape): Workload {
  const random = randomFrom(20_251_121);
  const contexts = Array.from({ length: CONTEXTS }, (_, i) => contextOf(i, random));
  const members = contexts.filter((_, i) => i % 2 === 0).map(({ key }) => key);
  while (members.length < MEMBERS) members.push(keyFrom(random));
  shuffle(contexts, random);
  // Through JSON, as contexts come to a server: flat strings, nothing shared between them.
  return JSON.parse(
    JSON.stringify({ flags, contexts, countries: COUNTRIES, version: VERSION, ending: ENDING, members }),
  );
}

/** What the definition says where no hash decides, else null. */
export function expected(kind: Kind, context: BenchContext, workload: Workload): boolean | null {
  switch (kind) {
    case 'switch':
      return true;
    case 'rollout':
      return null;
    case 'ruled':
      return isRuled(context, workload) ? true : null;
    case 'member':
      return workload.members.includes(context.key);
  }
}

function isRuled({ country, appVersion, email }: BenchContext, { countries, ending }: Workload): boolean {
  return countries.includes(country) || appVersion.startsWith('3.') || email.endsWith(ending);
}

/** Of eight contexts one lives in a listed country, one runs a new version and one is staff: three stop at a rule. */
function contextOf(i: number, random: () => number): BenchContext {
  const key = keyFrom(random);
  const patch = Math.floor(random() * 20);
  return {
    key,
    country: pick(i % 8 === 0 ? COUNTRIES : ELSEWHERE, random),
    appVersion: i % 8 === 1 ? `3.${2 + Math.floor(random() * 7)}.${patch}` : `2.${Math.floor(random() * 12)}.${patch}`,
    email: `${key.slice(0, 8)}${i % 8 === 2 ? ENDING : '@mail.example.com'}`,
    plan: pick(['free', 'team', 'business'], random),
    age: 18 + Math.floor(random() * 60),
    beta: random() < 0.2,
    device: pick(['phone', 'tablet', 'desktop'], random),
    language: pick(['de', 'en', 'fr', 'pl'], random),
  };
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;

/** 24 characters, like the identifiers of many databases. */
const keyFrom = (random: () => number): string =>
  Array.from({ length: 24 }, () => Math.floor(random() * 16).toString(16)).join('');

function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** Mulberry32: the same contexts in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
