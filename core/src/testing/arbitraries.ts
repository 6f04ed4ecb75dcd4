import fc from 'fast-check';
import type { ContextInput, KindContext } from '../model/context.ts';
import { type FlagBody, type FlagItem, type Item, SCHEMA, type SegmentBody, type ServeBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { BucketBy, Clause, FlagType, Json, MemberList, Scalar } from '../model/model.ts';

// Small pools, so that clauses and contexts meet often.
const KINDS = ['user', 'org'];
const KEYS = ['u1', 'u2', 'u3', 'acme', '42'];
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  country: ['DE', 'AT', 'FR', ''],
  age: [17, 18, 42, -0.5],
  beta: [true, false],
  version: ['1.2.3', 'v2', '2.0.0-rc.1', 'not a version'],
  since: ['2026-01-01T00:00:00Z', '2026-06-01', 1_767_225_600_000],
  ip: ['10.1.2.3', '2001:db8::1', '192.168.0.1'],
  tags: [['a', 'b'], ['b'], []],
  address: [{ city: 'Berlin' }, { city: 'Wien' }, {}],
};

const CLAUSES: readonly Clause[] = [
  { attribute: 'country', operator: 'in', values: ['DE', 'AT'] },
  { attribute: 'country', operator: 'starts-with', values: ['D'] },
  { attribute: 'country', operator: 'ends-with', values: ['T', 'E'] },
  { attribute: 'country', operator: 'contains', values: ['R'] },
  { attribute: 'age', operator: 'at-least', values: [18] },
  { attribute: 'age', operator: 'at-most', values: [18] },
  { attribute: 'age', operator: 'less-than', values: [18] },
  { attribute: 'age', operator: 'greater-than', values: [18] },
  { attribute: 'beta', operator: 'in', values: [true] },
  { attribute: 'version', operator: 'semver-at-least', values: ['2.0.0-beta'] },
  { attribute: 'version', operator: 'semver-less-than', values: ['2'] },
  { attribute: 'since', operator: 'before', values: ['2026-03-01T00:00:00Z'] },
  { attribute: 'since', operator: 'after', values: ['2025-12-31T00:00:00Z'] },
  { attribute: 'ip', operator: 'in-cidr', values: ['10.0.0.0/8', '2001:db8::/32'] },
  { attribute: 'tags', operator: 'in', values: ['a'] },
  { attribute: '/address/city', operator: 'in', values: ['Berlin'] },
  { attribute: 'address', operator: 'exists', values: [] },
  { attribute: 'key', operator: 'in', values: ['u1', 'acme'] },
];

/** Keys of what a clause or a prerequisite may refer to. */
interface References {
  readonly flags: readonly FlagItem[];
  readonly segments: readonly string[];
}

const NOTHING: References = { flags: [], segments: [] };

const arbitraryBody: fc.Arbitrary<KindContext> = fc.record(
  {
    key: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.constant(null) }),
    ...Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])),
  },
  { requiredKeys: [] },
);

/** A context that can be read: single, multi, keyless or none. */
export const arbitraryContext: fc.Arbitrary<ContextInput> = fc.oneof(
  { weight: 4, arbitrary: arbitraryBody },
  { weight: 2, arbitrary: arbitraryBody.map((body) => ({ ...body, kind: 'org' })) },
  {
    weight: 4,
    arbitrary: fc
      .record({ user: arbitraryBody, org: arbitraryBody }, { requiredKeys: [] })
      .map((bodies) => ({ kind: 'multi' as const, ...bodies })),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
);

function arbitraryClause(segments: readonly string[]): fc.Arbitrary<Clause> {
  const onAttribute = fc
    .record({ clause: fc.constantFrom(...CLAUSES), kind: fc.constantFrom(...KINDS), negate: fc.boolean() })
    .map(({ clause, kind, negate }) => ({
      ...(kind === 'user' ? {} : { kind }),
      ...clause,
      ...(negate ? { negate } : {}),
    }));
  if (segments.length === 0) return onAttribute;
  const inSegment = fc.record({ key: fc.constantFrom(...segments), negate: fc.boolean() }).map(({ key, negate }) => ({
    attribute: '',
    operator: 'in-segment',
    values: [key] as Scalar[],
    ...(negate ? { negate } : {}),
  }));
  return fc.oneof({ weight: 3, arbitrary: onAttribute }, { weight: 1, arbitrary: inSegment });
}

const arbitraryBy: fc.Arbitrary<BucketBy> = fc.record({
  contextKind: fc.constantFrom(...KINDS),
  attribute: fc.constantFrom('key', 'age', 'country', '/address/city'),
});

function arbitraryServe(variations: number): fc.Arbitrary<ServeBody> {
  const variation = fc.nat(variations - 1);
  const split = fc
    .record(
      {
        ends: fc.uniqueArray(fc.integer({ min: 1, max: BUCKETS - 1 }), { maxLength: 5 }),
        owners: fc.array(variation, { minLength: 6, maxLength: 6 }),
        by: arbitraryBy,
        salt: fc.constantFrom('layer-1', 'layer-2'),
      },
      { requiredKeys: ['ends', 'owners'] },
    )
    .map(({ ends, owners, ...rest }) => ({
      split: {
        ranges: [...ends.sort((a, b) => a - b), BUCKETS].map((to, i) => [to, owners[i] ?? 0] as const),
        ...rest,
      },
    }));
  return fc.oneof(
    variation.map((v) => ({ variation: v })),
    split,
  );
}

const arbitraryMembers: fc.Arbitrary<readonly MemberList[]> = fc.uniqueArray(
  fc.record({
    contextKind: fc.constantFrom(...KINDS),
    keys: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 3 }),
  }),
  { maxLength: 2, selector: (list) => list.contextKind },
);

const VARIATION_VALUES: Readonly<Record<FlagType, readonly Json[]>> = {
  boolean: [true, false],
  string: ['a', 'b', ''],
  number: [0, 1.5, -7],
  json: [{ a: [1, { b: null }] }, [], {}],
};

/** A flag that can be evaluated; it refers only to what `references` names. */
export function arbitraryFlagBody(references: References = NOTHING): fc.Arbitrary<FlagBody> {
  return fc
    .constantFrom<FlagType[]>('boolean', 'string', 'number', 'json')
    .chain((type) => arbitraryFlagBodyOf(type, VARIATION_VALUES[type], references));
}

function arbitraryFlagBodyOf(type: FlagType, values: readonly Json[], references: References): fc.Arbitrary<FlagBody> {
  const { flags, segments } = references;
  const variations = values.map((value, i) => ({ key: `v${i}`, value }));
  const variation = fc.nat(variations.length - 1);
  const serve = arbitraryServe(variations.length);
  const rule = fc.record({ clauses: fc.array(arbitraryClause(segments), { maxLength: 3 }), serve });
  return fc
    .record({
      isOn: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      isKilled: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      salt: fc.constantFrom('salt-1', 'salt-2', 'соль'),
      off: variation,
      prerequisites: arbitraryPrerequisites(flags),
      targets: fc.array(
        fc.record({
          variation,
          contextKind: fc.constantFrom(...KINDS),
          keys: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 2 }),
        }),
        { maxLength: 2 },
      ),
      rules: fc.array(rule, { maxLength: 4 }),
      fallthrough: serve,
    })
    .map(({ isOn, isKilled, rules, ...rest }) => ({
      schema: SCHEMA,
      type,
      variations,
      on: isOn,
      ...(isKilled ? { killed: true as const } : {}),
      ...rest,
      rules: rules.map((parts, i) => ({ id: `rule-${i}`, ...parts })),
    }));
}

function arbitraryPrerequisites(flags: readonly FlagItem[]): fc.Arbitrary<FlagBody['prerequisites']> {
  if (flags.length === 0) return fc.constant([]);
  const prerequisite = fc
    .record({ flag: fc.constantFrom(...flags), picks: fc.array(fc.nat(9), { minLength: 1, maxLength: 2 }) })
    .map(({ flag, picks }) => ({
      flag: flag.key,
      variations: picks.map((pick) => flag.body.variations[pick % flag.body.variations.length]?.key ?? 'v0'),
    }));
  return fc.array(prerequisite, { maxLength: 2 });
}

/** A segment that can be read; its rules refer only to the segments named. */
function arbitrarySegmentBody(segments: readonly string[] = []): fc.Arbitrary<SegmentBody> {
  const rule = fc.record(
    {
      clauses: fc.array(arbitraryClause(segments), { maxLength: 2 }),
      share: fc.integer({ min: 0, max: BUCKETS }),
      by: arbitraryBy,
      salt: fc.constantFrom('layer-1', 'layer-2'),
    },
    { requiredKeys: ['clauses'] },
  );
  return fc
    .record({
      salt: fc.constantFrom('salt-1', 'salt-2'),
      included: arbitraryMembers,
      excluded: arbitraryMembers,
      rules: fc.array(rule, { maxLength: 3 }),
    })
    .map(({ rules, ...rest }) => ({
      schema: SCHEMA,
      ...rest,
      rules: rules.map((parts, i) => ({ id: `rule-${i}`, ...parts })),
    }));
}

/** The items of an environment: every reference names an item, and none leads back to where it began. */
export const arbitraryItems: fc.Arbitrary<readonly Item[]> = fc
  .record({ segments: fc.nat(3), flags: fc.integer({ min: 1, max: 5 }) })
  .chain((counts) => withSegments(counts.segments, []).chain((segments) => withFlags(counts.flags, segments)));

function withSegments(more: number, items: readonly Item[]): fc.Arbitrary<readonly Item[]> {
  if (more === 0) return fc.constant(items);
  const key = `segment-${items.length}`;
  return arbitrarySegmentBody(items.map((item) => item.key)).chain((body) =>
    withSegments(more - 1, [...items, { kind: 'segment', key, rev: 1, body }]),
  );
}

function withFlags(more: number, items: readonly Item[]): fc.Arbitrary<readonly Item[]> {
  if (more === 0) return fc.constant(items);
  const flags = items.filter((item) => item.kind === 'flag');
  const segments = items.flatMap((item) => (item.kind === 'segment' ? [item.key] : []));
  return arbitraryFlagBody({ flags, segments }).chain((body) =>
    withFlags(more - 1, [...items, { kind: 'flag', key: `flag-${flags.length}`, rev: 1, body }]),
  );
}
