import type { FlagBody, SplitBody } from '@glidepath/core';
import { type Draft, flag, flagItem, ON, type Table } from './kit.ts';

const formula = 'bucket = floor(murmur3(value, murmur3(salt, 0)) * 100000 / 2^32), over UTF-8.';
const ranges = 'The owner of a bucket is that of the first range that ends beyond it.';
const salts = 'The salt is the flag’s own; a rule may name another, so that flags bucket together or apart.';
const attribute = 'The bucketing attribute is the key unless another is named; integers are hashed as decimal strings.';
const nobody = 'Where nobody can be bucketed: who owns the whole split, else the off variation, with `rollout: null`.';
const reasons = '`rollout` is added to the reason when bucketing chose.';
const malformed = 'Ranges that do not ascend or do not cover all buckets make the flag malformed.';

/** Half and half, unless a bucket says where the border lies. */
const HALVES = [
  [50_000, 0],
  [100_000, 1],
] as const;
const border = (at: number): SplitBody['ranges'] => [
  [at, 0],
  [100_000, 1],
];
const splits = (split: SplitBody, body: Partial<FlagBody> = {}) => [flag({ fallthrough: { split }, ...body })];

/** Published with the definition; never to change. */
const GOLDEN: readonly (readonly [salt: string, value: string, bucket: number])[] = [
  ['new-checkout', 'user-1', 11_929],
  ['new-checkout', 'user-2', 96_200],
  ['new-checkout', 'u-42', 20_591],
  ['new-checkout', '42', 14_809],
  ['new-checkout', '0', 20_347],
  ['new-checkout', '00042', 87_818],
  ['new-checkout', 'anna@example.com', 34_855],
  ['new-checkout', 'Ærøskøbing', 95_821],
  ['new-checkout', '用户7', 23_628],
  ['new-checkout', '😀', 28_360],
  ['new-checkout', 'a b\tc', 56_985],
  ['new-checkout', '__proto__', 68_679],
  ['a', 'user-1', 851],
  ['a', 'user-2', 30_265],
  ['a', '😀', 69_094],
  ['search.ranking_v2', 'user-1', 60_903],
  ['search.ranking_v2', '用户7', 9_578],
  ['флаг', 'user-1', 48_392],
  ['флаг', 'Ærøskøbing', 98_302],
  ['缓存', 'user-1', 54_095],
  ['缓存', '😀', 94_685],
  ['rollout-2026-11', '42', 9_706],
];

const golden: readonly Draft[] = GOLDEN.map(([salt, value, bucket]) => ({
  name: `the bucket of ${value} under ${salt}`,
  shows: formula,
  items: splits({ ranges: HALVES }, { salt }),
  context: { key: value },
  gives: `${bucket < 50_000 ? 'on' : 'off'} FALLTHROUGH ${bucket}`,
}));

const borders: readonly Draft[] = GOLDEN.filter((_, i) => i % 3 === 0).flatMap(([salt, value, bucket]) =>
  [bucket, bucket + 1].map((at) => ({
    name: `bucket ${bucket} of ${value} under ${salt}, a range that ends at ${at}`,
    shows: ranges,
    items: splits({ ranges: border(at) }, { salt }),
    context: { key: value },
    gives: `${bucket < at ? 'on' : 'off'} FALLTHROUGH ${bucket}`,
  })),
);

type Row = readonly [name: string, split: SplitBody, context: unknown, gives: string, body?: Partial<FlagBody>];

const cases = (shows: string, rows: readonly Row[]): readonly Draft[] =>
  rows.map(([name, split, context, gives, body = {}]) => ({
    name,
    shows,
    items: splits(split, { salt: 'a', ...body }),
    context,
    fallback: null,
    gives,
  }));

const account = { contextKind: 'user', attribute: 'account' } as const;
const org = { contextKind: 'org', attribute: 'key' } as const;
const FIVE = Array.from({ length: 5 }, (_, i) => ({ key: `v${i}`, value: i }));
const five: Partial<FlagBody> = { type: 'number', variations: FIVE, off: 4 };

export const splitTable: Table = {
  file: 'splits',
  about: 'Buckets, ranges, and who cannot be bucketed.',
  drafts: [
    ...golden,
    ...borders,
    // Buckets under the salt `a`: user-1 851, user-2 30265, u-42 11788, 42 71359, 0 53450, 00042 31983.
    ...cases(ranges, [
      [
        'the first of many ranges',
        {
          ranges: [
            [1_000, 0],
            [2_000, 1],
            [30_000, 0],
            [60_000, 1],
            [100_000, 0],
          ],
        },
        { key: 'user-1' },
        'on FALLTHROUGH 851',
      ],
      [
        'the middle of many ranges',
        {
          ranges: [
            [1_000, 0],
            [2_000, 1],
            [30_000, 0],
            [60_000, 1],
            [100_000, 0],
          ],
        },
        { key: 'u-42' },
        'on FALLTHROUGH 11788',
      ],
      [
        'the fourth of many ranges',
        {
          ranges: [
            [1_000, 0],
            [2_000, 1],
            [30_000, 0],
            [60_000, 1],
            [100_000, 0],
          ],
        },
        { key: 'user-2' },
        'off FALLTHROUGH 30265',
      ],
      [
        'the last of many ranges',
        {
          ranges: [
            [1_000, 1],
            [2_000, 1],
            [30_000, 1],
            [60_000, 1],
            [100_000, 0],
          ],
        },
        { key: '42' },
        'on FALLTHROUGH 71359',
      ],
      [
        'a range of one bucket, hit',
        {
          ranges: [
            [851, 1],
            [852, 0],
            [100_000, 1],
          ],
        },
        { key: 'user-1' },
        'on FALLTHROUGH 851',
      ],
      [
        'a range of one bucket, missed',
        {
          ranges: [
            [852, 1],
            [853, 0],
            [100_000, 1],
          ],
        },
        { key: 'user-1' },
        'off FALLTHROUGH 851',
      ],
      [
        'the first bucket alone',
        {
          ranges: [
            [1, 0],
            [100_000, 1],
          ],
        },
        { key: 'user-1' },
        'off FALLTHROUGH 851',
      ],
      [
        'all but the last bucket',
        {
          ranges: [
            [99_999, 0],
            [100_000, 1],
          ],
        },
        { key: 'user-2' },
        'on FALLTHROUGH 30265',
      ],
      ['one variation owns everything', { ranges: [[100_000, 0]] }, { key: 'user-1' }, 'on FALLTHROUGH 851'],
      [
        'five variations',
        {
          ranges: [
            [10_000, 0],
            [20_000, 1],
            [40_000, 2],
            [60_000, 3],
            [100_000, 4],
          ],
        },
        { key: 'user-2' },
        'v2 FALLTHROUGH 30265',
        five,
      ],
      [
        'five variations, the last',
        {
          ranges: [
            [10_000, 0],
            [20_000, 1],
            [40_000, 2],
            [60_000, 3],
            [100_000, 4],
          ],
        },
        { key: '42' },
        'v4 FALLTHROUGH 71359',
        five,
      ],
      [
        'five variations in another order',
        {
          ranges: [
            [10_000, 3],
            [20_000, 0],
            [40_000, 4],
            [100_000, 1],
          ],
        },
        { key: 'u-42' },
        'v0 FALLTHROUGH 11788',
        five,
      ],
    ]),
    ...cases(salts, [
      ['a salt of the split', { ranges: HALVES, salt: 'new-checkout' }, { key: 'user-1' }, 'on FALLTHROUGH 11929'],
      [
        'a salt of the split, another person',
        { ranges: HALVES, salt: 'new-checkout' },
        { key: 'user-2' },
        'off FALLTHROUGH 96200',
      ],
      ['the flag’s own salt, the same person', { ranges: HALVES }, { key: 'user-2' }, 'on FALLTHROUGH 30265'],
      ['a salt that is not ASCII', { ranges: HALVES, salt: '缓存' }, { key: 'user-1' }, 'off FALLTHROUGH 54095'],
      [
        'the salt, not the key of the flag',
        { ranges: HALVES },
        { key: 'user-1' },
        'off FALLTHROUGH 60903',
        { salt: 'search.ranking_v2' },
      ],
    ]),
    ...cases(attribute, [
      ['a text', { ranges: HALVES, by: account }, { key: 'x', account: 'user-1' }, 'on FALLTHROUGH 851'],
      ['not the key', { ranges: HALVES, by: account }, { key: 'user-1', account: 'user-2' }, 'on FALLTHROUGH 30265'],
      ['a whole number', { ranges: HALVES, by: account }, { key: 'x', account: 42 }, 'off FALLTHROUGH 71359'],
      ['zero', { ranges: HALVES, by: account }, { key: 'x', account: 0 }, 'off FALLTHROUGH 53450'],
      [
        'negative zero is zero',
        { ranges: HALVES, by: account },
        { key: 'x', account: { $: 'negative-zero' } },
        'off FALLTHROUGH 53450',
      ],
      [
        'a text with leading zeros',
        { ranges: HALVES, by: account },
        { key: 'x', account: '00042' },
        'on FALLTHROUGH 31983',
      ],
      ['a number as the key', { ranges: HALVES }, { key: 42 }, 'off FALLTHROUGH 71359'],
      [
        'the key of another kind',
        { ranges: HALVES, by: org },
        { user: { key: 'x' }, org: { key: 'user-1' } },
        'on FALLTHROUGH 851',
      ],
      [
        'an attribute of another kind',
        { ranges: HALVES, by: { contextKind: 'org', attribute: 'account' } },
        { user: { account: 'x' }, org: { account: 'user-2' } },
        'on FALLTHROUGH 30265',
      ],
      [
        'a path',
        { ranges: HALVES, by: { contextKind: 'user', attribute: '/seat/number' } },
        { key: 'x', seat: { number: 42 } },
        'off FALLTHROUGH 71359',
      ],
      [
        'a Date is its milliseconds',
        { ranges: HALVES, by: account },
        { key: 'x', account: { $: 'date', ms: 42 } },
        'off FALLTHROUGH 71359',
      ],
      ['keyless, by an attribute', { ranges: HALVES, by: account }, { account: 'user-1' }, 'on FALLTHROUGH 851'],
      [
        'the kind',
        { ranges: [[100_000, 0]], by: { contextKind: 'user', attribute: 'kind' }, salt: 'new-checkout' },
        { key: 'x' },
        'on FALLTHROUGH 36308',
      ],
    ]),
    ...cases(nobody, [
      ['keyless', { ranges: HALVES }, { plan: 'pro' }, 'off FALLTHROUGH null'],
      ['no context', { ranges: HALVES }, null, 'off FALLTHROUGH null'],
      ['null as the key', { ranges: HALVES }, { key: null }, 'off FALLTHROUGH null'],
      ['no such kind', { ranges: HALVES }, { kind: 'org', key: 'o' }, 'off FALLTHROUGH null'],
      ['no such kind, by another kind', { ranges: HALVES, by: org }, { key: 'u' }, 'off FALLTHROUGH null'],
      ['no such attribute', { ranges: HALVES, by: account }, { key: 'u' }, 'off FALLTHROUGH null'],
      ['null', { ranges: HALVES, by: account }, { key: 'u', account: null }, 'off FALLTHROUGH null'],
      ['true', { ranges: HALVES, by: account }, { key: 'u', account: true }, 'off FALLTHROUGH null'],
      ['a fraction', { ranges: HALVES, by: account }, { key: 'u', account: 1.5 }, 'off FALLTHROUGH null'],
      ['an array', { ranges: HALVES, by: account }, { key: 'u', account: ['user-1'] }, 'off FALLTHROUGH null'],
      ['an object', { ranges: HALVES, by: account }, { key: 'u', account: { id: 1 } }, 'off FALLTHROUGH null'],
      ['not a number', { ranges: HALVES, by: account }, { key: 'u', account: { $: 'nan' } }, 'off FALLTHROUGH null'],
      ['one variation owns everything', { ranges: [[100_000, 0]] }, { plan: 'pro' }, 'on FALLTHROUGH null'],
      [
        'one variation owns everything, in two ranges',
        {
          ranges: [
            [50_000, 0],
            [100_000, 0],
          ],
        },
        { plan: 'pro' },
        'on FALLTHROUGH null',
      ],
      [
        'nearly everything is not everything',
        {
          ranges: [
            [99_999, 0],
            [100_000, 1],
          ],
        },
        { plan: 'pro' },
        'off FALLTHROUGH null',
      ],
      ['the off variation is not the last', { ranges: HALVES }, { plan: 'pro' }, 'on FALLTHROUGH null', { off: 0 }],
      [
        'the off variation is in no range',
        {
          ranges: [
            [50_000, 0],
            [100_000, 1],
          ],
        },
        { plan: 'pro' },
        'v4 FALLTHROUGH null',
        five,
      ],
    ]).map((draft) => ({ ...draft, name: `cannot be bucketed: ${draft.name}` })),
    {
      name: 'an empty text can be bucketed',
      shows: attribute,
      items: splits({ ranges: [[100_000, 0]], by: account }, { salt: 'a' }),
      context: { key: 'u', account: '' },
      gives: 'on FALLTHROUGH 5111',
    },
    ...[
      [
        'a rule that splits',
        [{ id: 'r1', clauses: [], serve: { split: { ranges: HALVES } } }],
        { key: 'user-1' },
        'on RULE_MATCH 851',
      ],
      [
        'the second rule splits, by another kind',
        [
          { id: 'r1', clauses: [{ attribute: 'x', operator: 'exists', values: [] }], serve: ON },
          { id: 'r2', clauses: [], serve: { split: { ranges: HALVES, by: org } } },
        ],
        { user: { key: 'u' }, org: { key: 'user-2' } },
        'on RULE_MATCH 30265',
      ],
      [
        'a rule that splits, keyless',
        [{ id: 'r1', clauses: [], serve: { split: { ranges: HALVES } } }],
        { plan: 'pro' },
        'off RULE_MATCH null',
      ],
      [
        'a rule with a salt of its own',
        [{ id: 'r1', clauses: [], serve: { split: { ranges: HALVES, salt: 'new-checkout' } } }],
        { key: 'user-2' },
        'off RULE_MATCH 96200',
      ],
      [
        'a rule that serves one variation has no rollout',
        [{ id: 'r1', clauses: [], serve: ON }],
        { key: 'user-1' },
        'on RULE_MATCH',
      ],
    ].map(([name, rules, context, gives]) => ({
      name: name as string,
      shows: reasons,
      items: [flag({ salt: 'a', rules: rules as FlagBody['rules'] })],
      context,
      gives: gives as string,
    })),
    {
      name: 'two flags with the same salt give the same bucket',
      shows: salts,
      items: [
        flagItem('other', { salt: 'layer', fallthrough: { split: { ranges: border(11_930), salt: 'new-checkout' } } }),
        flag({
          salt: 'x',
          prerequisites: [{ flag: 'other', variations: ['on'] }],
          fallthrough: { split: { ranges: border(11_930), salt: 'new-checkout' } },
        }),
      ],
      context: { key: 'user-1' },
      gives: 'on FALLTHROUGH 11929',
    },
    ...cases(malformed, [
      ['no ranges', { ranges: [] }, { key: 'user-1' }, 'ERROR MALFORMED_FLAG'],
      ['ranges that end too early', { ranges: [[99_999, 0]] }, { key: 'user-1' }, 'ERROR MALFORMED_FLAG'],
      [
        'ranges that end too late',
        {
          ranges: [
            [50_000, 0],
            [100_001, 1],
          ],
        },
        { key: 'user-1' },
        'ERROR MALFORMED_FLAG',
      ],
      [
        'two ranges that end at the same bucket',
        {
          ranges: [
            [50_000, 0],
            [50_000, 1],
            [100_000, 0],
          ],
        },
        { key: 'user-1' },
        'ERROR MALFORMED_FLAG',
      ],
      [
        'ranges that go back',
        {
          ranges: [
            [60_000, 0],
            [50_000, 1],
            [100_000, 0],
          ],
        },
        { key: 'user-1' },
        'ERROR MALFORMED_FLAG',
      ],
      [
        'a range that ends at 0',
        {
          ranges: [
            [0, 0],
            [100_000, 1],
          ],
        },
        { key: 'user-1' },
        'ERROR MALFORMED_FLAG',
      ],
      ['an owner that is no variation', { ranges: [[100_000, 7]] }, { key: 'user-1' }, 'ERROR MALFORMED_FLAG'],
      [
        'a bound that is a text',
        {
          ranges: [
            ['x' as never, 0],
            [100_000, 1],
          ],
        },
        { key: 'user-1' },
        'ERROR MALFORMED_FLAG',
      ],
    ]),
  ],
};
