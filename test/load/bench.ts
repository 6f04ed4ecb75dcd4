// What one call of the built SDK costs, beside the least that it could cost. Ratios can be compared; times cannot.
import { createHash } from 'node:crypto';
import { bucketOf } from '@glidepath/core';
import { digestOf } from '@glidepath/core/protocol';
import { flagItem, segmentItem } from '@glidepath/core/testing';
import { createClient } from '@glidepath/sdk-node';
import murmurhash from 'murmurhash';
import { openFloor } from './floor.ts';
import { eachCall, heapGrowth, type Measured, measure, quantile } from './measure.ts';

const FLAGS = 1_000;
const PEOPLE = 10_007;
const ROUNDS = 25;
const CALLS = 100_000;

const keys = Array.from({ length: FLAGS }, (_, i) => `flag-${i}`);
const people = Array.from({ length: PEOPLE }, (_, i) => ({ key: `user-${i}`, country: i % 4 === 0 ? 'DE' : 'FR' }));
const companies = people.map((user, i) => ({ user, org: { key: `org-${i % 100}`, country: user.country } }));

const split = {
  split: {
    ranges: [
      [30_000, 0],
      [100_000, 1],
    ],
  },
} as const;
const germans = { attribute: 'country', operator: 'in', values: ['DE', 'AT'] };
const serveOn = { variation: 0 } as const;
const ruled = keys.map((key) =>
  flagItem(key, { rules: [{ id: 'r', clauses: [germans], serve: serveOn }], fallthrough: split }),
);
const items = [
  ...ruled,
  segmentItem('large', { included: [{ contextKind: 'user', keys: people.map(({ key }) => `${key}0`) }] }),
  flagItem('off', { on: false }),
  flagItem('in-large', {
    rules: [{ id: 'r', clauses: [{ attribute: '', operator: 'in-segment', values: ['large'] }], serve: serveOn }],
  }),
  flagItem('by-org', { fallthrough: { split: { ...split.split, by: { contextKind: 'org', attribute: 'key' } } } }),
  flagItem('needs-another', { prerequisites: [{ flag: 'flag-0', variations: ['on', 'off'] }], fallthrough: split }),
];

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const ruleset = { kind: 'full', epoch: '0000000000000001', version: 1, digest: digestOf(items, hash), items };
const client = createClient({ mode: 'offline', bootstrap: { ruleset } });
const floor = openFloor(ruled);
const bare = new Map(keys.map((key, i) => [key, i]));

// Prime strides: every flag meets every kind of person, and no processor can learn the sequence.
const keyAt = (i: number) => keys[(i * 7) % FLAGS] ?? '';
const personAt = (i: number) => people[(i * 13) % PEOPLE] ?? { key: '', country: '' };
const companyAt = (i: number) => companies[(i * 13) % PEOPLE] ?? {};

const variation = (i: number) => client.variation(keyAt(i), personAt(i), false);
const subjects = {
  'variation(): one rule and a split': variation,
  'variationDetail(): the same': (i: number) => client.variationDetail(keyAt(i), personAt(i), false),
  'variation(): off': (i: number) => client.variation('off', personAt(i), false),
  'variation(): segment of 10,007 keys': (i: number) => client.variation('in-large', personAt(i), false),
  'variation(): a prerequisite': (i: number) => client.variation('needs-another', personAt(i), false),
  'variation(): two kinds, split by org': (i: number) => client.variation('by-org', companyAt(i), false),
  'variation(): no such flag': (i: number) => client.variation('nowhere', personAt(i), false),
  'floor: no checks, no reasons': (i: number) => floor(keyAt(i), personAt(i)),
  'murmur3, our own, and the bucket': (i: number) => bucketOf(42, personAt(i).key),
  'murmur3, the murmurhash package': (i: number) => murmurhash.v3(personAt(i).key, 42),
  'Map.get': (i: number) => bare.get(keyAt(i)),
};

await client.waitForInitialization();
if (client.status.source !== 'bootstrap') throw new Error('the client did not take the bootstrap');
for (let i = 0; i < FLAGS; i += 1)
  if (variation(i) !== floor(keyAt(i), personAt(i))) throw new Error(`the floor disagrees about ${keyAt(i)}`);

const results = measure(subjects, { rounds: ROUNDS, calls: CALLS });
const floorNs = results['floor: no checks, no reasons'].median;
const getNs = results['Map.get'].median;

console.log(
  `Evaluation: ${FLAGS} flags, ${PEOPLE} contexts, ${ROUNDS} interleaved rounds of ${CALLS} calls; Node ${process.version}`,
);
console.log(
  `${'ns per call'.padEnd(38)}${'median'.padStart(8)}${'10 % .. 90 %'.padStart(16)}${'x floor'.padStart(10)}${'x Map.get'.padStart(11)}`,
);
for (const [name, { median, low, high }] of Object.entries<Measured>(results)) {
  const spread = `${low.toFixed(0)} .. ${high.toFixed(0)}`;
  const ratios = `${(median / floorNs).toFixed(1).padStart(10)}${(median / getNs).toFixed(1).padStart(11)}`;
  console.log(`${name.padEnd(38)}${median.toFixed(0).padStart(8)}${spread.padStart(16)}${ratios}`);
}

const times = eachCall(variation, 1_000_000);
const clock = eachCall(() => undefined, 1_000_000);
const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
console.log(
  `variation(), each of 1,000,000 calls: p50 ${p50.toFixed(0)} ns (target 1,000), p99 ${p99.toFixed(0)} ns (target 5,000); ` +
    `${quantile(clock, 0.5).toFixed(0)} ns of it are the clock`,
);
console.log(`Heap after 1,000,000 calls: ${heapGrowth(variation, 1_000_000)} bytes more (target at most 1,000,000)`);
await client.close();
