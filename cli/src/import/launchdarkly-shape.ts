import type { Json } from '@glidepath/core';
import { Untranslatable } from './imported.ts';
import { checkWhole, type Saved } from './pages.ts';
import { type Fields, fieldsIn, fieldsOf, isFields, listOf, membersOf, numberOf, textOf, textsIn } from './reading.ts';

/** What LaunchDarkly's SDKs evaluate, read from whichever of its exports. */
export interface Flag {
  readonly key: string;
  readonly on: boolean;
  readonly variations: readonly Json[];
  /** Null = the application's own fallback. */
  readonly offVariation: number | null;
  readonly salt: string;
  readonly prerequisites: readonly { readonly key: string; readonly variation: number }[];
  /** In the order in which they are looked at. */
  readonly targets: readonly { readonly kind: string; readonly keys: readonly string[]; readonly variation: number }[];
  readonly rules: readonly Rule[];
  readonly fallthrough: Serve;
}

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly clauses: readonly Clause[];
  readonly serve: Serve;
}

export type Serve = { readonly variation: number } | { readonly rollout: Rollout } | null;

export interface Rollout {
  readonly variations: readonly { readonly variation: number; readonly weight: number }[];
  readonly by: Attribute;
  readonly seed: number | null;
}

/** Of the context of one kind; the path is empty where the reference is invalid. */
export interface Attribute {
  readonly kind: string;
  readonly path: readonly string[];
}

export interface Clause {
  readonly attribute: Attribute;
  readonly operator: string;
  readonly values: readonly unknown[];
  readonly isNegated: boolean;
}

export interface Segment {
  readonly key: string;
  readonly salt: string;
  readonly isBig: boolean;
  readonly included: readonly Members[];
  readonly excluded: readonly Members[];
  readonly rules: readonly SegmentRule[];
}

export interface Members {
  readonly kind: string;
  readonly keys: readonly string[];
}

export interface SegmentRule {
  readonly id: string;
  readonly clauses: readonly Clause[];
  /** Of 100,000; null = all. */
  readonly weight: number | null;
  readonly by: Attribute;
}

/** A flag of one environment; `raw` is as the SDKs get it. */
function flagOf(raw: Fields): Flag {
  return {
    key: textOf(raw['key']),
    on: raw['on'] === true,
    variations: listOf(raw['variations']).map((one) => one as Json),
    offVariation: numberOf(raw['offVariation']),
    salt: textOf(raw['salt']),
    prerequisites: fieldsIn(raw['prerequisites']).map((one) => ({
      key: textOf(one['key']),
      variation: numberOf(one['variation']) ?? -1,
    })),
    targets: targetsOf(raw),
    rules: fieldsIn(raw['rules']).map((one) => ({
      id: textOf(one['id'], textOf(one['_id'])),
      name: textOf(one['description']),
      clauses: fieldsIn(one['clauses']).map(clauseOf),
      serve: serveOf(one),
    })),
    fallthrough: serveOf(fieldsOf(raw['fallthrough'])),
  };
}

function targetsOf(raw: Fields): Flag['targets'] {
  const read = (one: Fields) => ({
    kind: textOf(one['contextKind'], 'user'),
    keys: textsIn(one['values']),
    variation: numberOf(one['variation']) ?? -1,
  });
  const users = fieldsIn(raw['targets']).map(read);
  const contexts = fieldsIn(raw['contextTargets']).map(read);
  if (contexts.length === 0) return users;
  // An entry for users stands only for the place of their own list.
  return contexts.flatMap((target) =>
    target.kind === 'user' ? users.filter(({ variation }) => variation === target.variation).slice(0, 1) : [target],
  );
}

function serveOf(raw: Fields): Serve {
  const variation = numberOf(raw['variation']);
  if (variation !== null) return { variation };
  const rollout = raw['rollout'];
  if (!isFields(rollout)) return null;
  const variations = fieldsIn(rollout['variations']).map((one) => ({
    variation: numberOf(one['variation']) ?? -1,
    weight: numberOf(one['weight']) ?? 0,
  }));
  if (variations.length === 0) return null;
  const isExperiment = rollout['kind'] === 'experiment';
  const by = isExperiment ? { ...rollout, bucketBy: 'key' } : rollout;
  return { rollout: { variations, by: attributeOf(by, 'bucketBy', 'contextKind'), seed: numberOf(rollout['seed']) } };
}

function clauseOf(raw: Fields): Clause {
  return {
    attribute: attributeOf(raw, 'attribute', 'contextKind', ''),
    operator: textOf(raw['op']),
    values: listOf(raw['values']),
    isNegated: raw['negate'] === true,
  };
}

/** A reference with a kind beside it may be a path; one without is of old, and a name. */
function attributeOf(raw: Fields, name: string, kindName: string, usual = 'key'): Attribute {
  const reference = textOf(raw[name]) === '' ? usual : textOf(raw[name]);
  const kind = textOf(raw[kindName]);
  if (kind === '' || !reference.startsWith('/'))
    return { kind: kind === '' ? 'user' : kind, path: reference === '' ? [] : [reference] };
  const path = reference.slice(1).split('/');
  if (path.some((step) => step === '' || /~(?![01])/.test(step))) return { kind, path: [] };
  return { kind, path: path.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')) };
}

function segmentOf(raw: Fields): Segment {
  const lists = (name: string, users: string): readonly Members[] => [
    ...fieldsIn(raw[name]).map((one) => ({ kind: textOf(one['contextKind'], 'user'), keys: textsIn(one['values']) })),
    { kind: 'user', keys: textsIn(raw[users]) },
  ];
  return {
    key: textOf(raw['key']),
    salt: textOf(raw['salt']),
    isBig: raw['unbounded'] === true,
    included: lists('includedContexts', 'included'),
    excluded: lists('excludedContexts', 'excluded'),
    rules: fieldsIn(raw['rules']).map((one) => ({
      id: textOf(one['id'], textOf(one['_id'])),
      clauses: fieldsIn(one['clauses']).map(clauseOf),
      weight: numberOf(one['weight']),
      by: attributeOf(one, 'bucketBy', 'rolloutContextKind'),
    })),
  };
}

/** What all environments share; only the export of the project has it. */
export interface Shared {
  readonly key: string;
  readonly raw: Fields;
}

/** Of one export, or of several that belong together. */
export interface Project {
  readonly flags: readonly Shared[];
  /** By environment; the only one of what is for an SDK has no name. */
  readonly environments: ReadonlyMap<
    string,
    { readonly flags: readonly Flag[]; readonly segments: readonly Segment[] }
  >;
  readonly segments: readonly Shared[];
}

/** Reads the API's lists of flags and segments, or what SDKs, relays and files of test data hold. */
export function projectOf(documents: readonly unknown[]): Project {
  const flags = new Map<string, Fields>();
  const segments = new Map<string, Fields>();
  const environments = new Map<string, { flags: Flag[]; segments: Segment[] }>();
  const of = (name: string) => {
    const found = environments.get(name) ?? { flags: [], segments: [] };
    environments.set(name, found);
    return found;
  };
  const addSegments = (environment: string, list: readonly Fields[]) => {
    for (const raw of list) {
      segments.set(textOf(raw['key']), raw);
      of(environment).segments.push(segmentOf(raw));
    }
  };
  for (const document of documents.map(withItems)) {
    const { projectFlags, sdkFlags, segmentLists } = partsOf(document);
    for (const raw of projectFlags) {
      flags.set(textOf(raw['key']), raw);
      for (const [name, config] of Object.entries(fieldsOf(raw['environments'])))
        of(name).flags.push(flagOf({ ...fieldsOf(config), key: raw['key'], variations: valuesOf(raw) }));
    }
    for (const raw of sdkFlags) {
      flags.set(textOf(raw['key']), raw);
      of('').flags.push(flagOf(raw));
    }
    for (const [name, list] of segmentLists) addSegments(name, list);
  }
  const shared = (map: ReadonlyMap<string, Fields>) => [...map].map(([key, raw]) => ({ key, raw }));
  if (flags.size === 0) throw new Untranslatable('there is no flag in it');
  checkWhole(documents.map(withItems).flatMap(savedIn));
  return { flags: shared(flags), environments, segments: shared(segments) };
}

interface Parts {
  readonly projectFlags: readonly Fields[];
  readonly sdkFlags: readonly Fields[];
  readonly segmentLists: readonly (readonly [string, readonly Fields[]])[];
}

function savedIn(document: Fields): readonly Saved[] {
  const { projectFlags, segmentLists } = partsOf(document);
  const total = numberOf(document['totalCount']) ?? numberOf(fieldsOf(document['flags'])['totalCount']);
  const keysOf = (list: readonly Fields[]) => list.map(({ key }) => textOf(key));
  if (projectFlags.length > 0) return [{ of: 'flags', keys: keysOf(projectFlags), total }];
  const [environment] = segmentLists.map(([name]) => name);
  if (environment === undefined) return [];
  return [{ of: `segments of ${environment}`, keys: keysOf(segmentLists.flatMap(([, list]) => list)), total }];
}

const withItems = (document: unknown): Fields => (Array.isArray(document) ? { items: document } : fieldsOf(document));

function partsOf(document: Fields): Parts {
  const items = fieldsIn(document['items']);
  const listed = fieldsIn(fieldsOf(document['flags'])['items']);
  const alone = isFields(document['environments']) && Array.isArray(document['variations']) ? [document] : [];
  const isSdk = isFields(document['flags']) && !Array.isArray(fieldsOf(document['flags'])['items']);
  const projectFlags = [...items, ...listed, ...alone].filter((one) => isFields(one['environments']));
  const apiSegments = items.filter((one) => !isFields(one['environments']) && environmentIn(one) !== null);
  const values = Object.entries(fieldsOf(document['flagValues'])).map(([key, value]) => simple(key, value));
  return {
    projectFlags,
    sdkFlags: [...(isSdk ? membersOf(document['flags'], 'key') : []), ...values],
    segmentLists: [
      ...apiSegments.map((one) => [environmentIn(one) ?? '', [one]] as const),
      ...(isSdk
        ? [['', membersOf(document['segments'], 'key')] as const]
        : Object.entries(fieldsOf(document['segments'])).map(
            ([name, list]) => [name, fieldsIn(fieldsOf(list)['items'] ?? list)] as const,
          )),
    ],
  };
}

/** A flag of a file that holds nothing but its value. */
const simple = (key: string, value: unknown): Fields => ({
  key,
  on: true,
  variations: [value],
  fallthrough: { variation: 0 },
});

/** A segment of the API says only by its address which environment it is of. */
function environmentIn(segment: Fields): string | null {
  const { href } = fieldsOf(fieldsOf(segment['_links'])['self']);
  return /\/segments\/[^/]+\/([^/]+)\/[^/]+$/.exec(textOf(href))?.[1] ?? null;
}

const valuesOf = (flag: Fields): readonly unknown[] => fieldsIn(flag['variations']).map(({ value }) => value);
