import fc from 'fast-check';
import { canonicalAllocation, nextAllocation } from '../evaluate/allocate.ts';
import { BUCKETS } from '../model/keys.ts';
import type {
  BucketBy,
  Clause,
  Flag,
  FlagConfig,
  MemberList,
  Rule,
  SegmentConfig,
  SegmentRule,
  Serve,
  Target,
  Weights,
} from '../model/model.ts';

// Small pools, so that two documents often share what they hold.
const KEYS = ['u1', 'u2', 'u3', 'u4', 'u5'];
const KINDS = ['user', 'org'];
const RULE_IDS = ['r1', 'r2', 'r3', 'r4', 'r5'];

const arbitraryClauses: fc.Arbitrary<readonly Clause[]> = fc.array(
  fc.constantFrom<Clause[]>(
    { attribute: 'country', operator: 'in', values: ['DE', 'AT'] },
    { attribute: 'country', operator: 'in', values: ['FR'], negate: true },
    { kind: 'org', attribute: 'plan', operator: 'exists', values: [] },
    { attribute: 'age', operator: 'at-least', values: [18] },
  ),
  { maxLength: 2 },
);

const arbitraryBy: fc.Arbitrary<BucketBy> = fc.record({
  contextKind: fc.constantFrom(...KINDS),
  attribute: fc.constantFrom('key', 'country'),
});

/** Weights for some of these variations, in a few sizes that often meet. */
function arbitraryWeights(variations: readonly string[]): fc.Arbitrary<Weights> {
  return fc
    .array(fc.constantFrom<number[]>(0, 1, 2, 3, 7), { minLength: variations.length, maxLength: variations.length })
    .map((parts) => {
      const sum = parts.reduce((total, part) => total + part, 0);
      const weights = parts.map((part) => (sum === 0 ? 0 : Math.floor((part * BUCKETS) / sum)));
      const rest = BUCKETS - weights.reduce((total, weight) => total + weight, 0);
      return Object.fromEntries(
        variations.map((key, index) => [key, (weights[index] ?? 0) + (index === 0 ? rest : 0)]),
      );
    });
}

/** One variation, or a split that went through another before, so that its allocation need not be the canonical one. */
function arbitraryServe(flag: Flag): fc.Arbitrary<Serve> {
  const order = flag.variations.map((variation) => variation.key);
  const split = fc
    .record(
      {
        earlier: arbitraryWeights(order),
        weights: arbitraryWeights(order),
        by: arbitraryBy,
        salt: fc.constantFrom('layer-1', 'layer-2'),
      },
      { requiredKeys: ['earlier', 'weights'] },
    )
    .map(
      ({ earlier, weights, ...how }): Serve => ({
        split: { weights, allocation: nextAllocation(canonicalAllocation(earlier, order), weights, order), ...how },
      }),
    );
  return fc.oneof(
    fc.constantFrom(...order).map((variation): Serve => ({ variation })),
    split,
  );
}

function arbitraryTargets(flag: Flag): fc.Arbitrary<readonly Target[]> {
  const variations = flag.variations.map((variation) => variation.key);
  const owner = fc.option(fc.constantFrom(...variations), { nil: null });
  return fc
    .tuple(
      fc.shuffledSubarray(KINDS.flatMap((contextKind) => variations.map((variation) => ({ contextKind, variation })))),
      fc.dictionary(fc.constantFrom(...KINDS.flatMap((kind) => KEYS.map((key) => `${kind} ${key}`))), owner),
    )
    .map(([places, owners]) =>
      places
        .map(({ contextKind, variation }) => ({
          variation,
          contextKind,
          keys: KEYS.filter((key) => owners[`${contextKind} ${key}`] === variation),
        }))
        .filter((target) => target.keys.length > 0),
    );
}

const arbitraryName = fc.constantFrom('', 'Staff', 'Beta testers');

/** What a flag may do in an environment: valid, and referring to nothing else. */
export function arbitraryConfig(flag: Flag): fc.Arbitrary<FlagConfig> {
  const variation = fc.constantFrom(...flag.variations.map(({ key }) => key));
  const rule: fc.Arbitrary<Rule> = fc.record({
    id: fc.constantFrom(...RULE_IDS),
    name: arbitraryName,
    clauses: arbitraryClauses,
    serve: arbitraryServe(flag),
  });
  return fc.record({
    on: fc.boolean(),
    killed: fc.option(fc.record({ at: fc.nat(9), by: fc.constant('member:1'), reason: fc.constantFrom('a', 'b') }), {
      freq: 4,
    }),
    offVariation: variation,
    prerequisites: fc.uniqueArray(
      fc.record({ flag: fc.constantFrom('a', 'b'), variations: fc.constantFrom(['on'], ['on', 'off'], ['off']) }),
      { selector: (needed) => needed.flag, maxLength: 2 },
    ),
    targets: arbitraryTargets(flag),
    rules: fc.uniqueArray(rule, { selector: ({ id }) => id, maxLength: RULE_IDS.length }),
    fallthrough: arbitraryServe(flag),
  });
}

const arbitraryMembers: fc.Arbitrary<readonly MemberList[]> = fc.uniqueArray(
  fc.record({
    contextKind: fc.constantFrom(...KINDS),
    keys: fc.shuffledSubarray(KEYS, { minLength: 1 }),
  }),
  { selector: (list) => list.contextKind, maxLength: 2 },
);

/** Who may belong to a segment: valid, and referring to no other segment. */
export const arbitrarySegmentConfig: fc.Arbitrary<SegmentConfig> = fc.record({
  included: arbitraryMembers,
  excluded: arbitraryMembers,
  rules: fc.uniqueArray(
    fc.record(
      {
        id: fc.constantFrom(...RULE_IDS),
        name: arbitraryName,
        clauses: arbitraryClauses,
        share: fc.constantFrom(0, 1, 50_000, BUCKETS),
        by: arbitraryBy,
        salt: fc.constantFrom('layer-1', 'layer-2'),
      },
      { requiredKeys: ['id', 'name', 'clauses'] },
    ) satisfies fc.Arbitrary<SegmentRule>,
    { selector: ({ id }) => id, maxLength: RULE_IDS.length },
  ),
});
