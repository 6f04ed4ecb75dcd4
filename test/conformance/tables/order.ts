import type { FlagBody, Json } from '@glidepath/core';
import { type Draft, flag, flagItem, isIn, OFF, ON, segmentItem, type Table, users } from './kit.ts';

const GERMANS = { attribute: 'country', operator: 'in', values: ['DE'] } as const;

/** Something for every step, each with a variation of its own. */
function full(body: Partial<FlagBody> = {}): Draft['items'] {
  return [
    flagItem('needed', { fallthrough: ON }),
    flagItem('off', { on: false }),
    flag({
      type: 'string',
      variations: ['off', 'target', 'first', 'second', 'rest'].map((name) => ({ key: name, value: `v-${name}` })),
      off: 0,
      prerequisites: [{ flag: 'needed', variations: ['on'] }],
      targets: [{ variation: 1, contextKind: 'user', keys: ['named'] }],
      rules: [
        { id: 'r-first', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 2 } },
        { id: 'r-second', clauses: [GERMANS], serve: { variation: 3 } },
      ],
      fallthrough: { variation: 4 },
      ...body,
    }),
  ];
}

const UNMET = { prerequisites: [{ flag: 'needed', variations: ['off'] }] } as const;
const SPLIT = {
  split: {
    ranges: [
      [50_000, 1],
      [100_000, 2],
    ],
  },
} as const;
const EVERYTHING = { key: 'named', plan: 'pro', country: 'DE' };

type Row = readonly [name: string, body: Partial<FlagBody>, context: unknown, gives: string];

const cases = (shows: string, rows: readonly Row[]): readonly Draft[] =>
  rows.map(([name, body, context, gives]) => ({
    name,
    shows,
    items: full(body),
    context,
    fallback: 'fallback',
    gives,
  }));

const first = 'The first step of the order that applies decides.';
const killed = 'Killed: the off variation, whatever else the flag says.';
const off = 'Not on: the off variation, before anything else is looked at.';

/** What a flag may be configured as, each with a step that would decide otherwise. */
const STRATEGIES: readonly (readonly [name: string, body: Partial<FlagBody>])[] = [
  ['a fixed fallthrough', {}],
  ['a split', { fallthrough: SPLIT }],
  ['a target', { targets: [{ variation: 1, contextKind: 'user', keys: ['named'] }] }],
  ['a rule', { rules: [{ id: 'r', clauses: [GERMANS], serve: { variation: 2 } }] }],
  ['a rule that splits', { rules: [{ id: 'r', clauses: [], serve: SPLIT }] }],
  ['a rule on a segment', { rules: [{ id: 'r', clauses: [isIn(['s'])], serve: { variation: 2 } }] }],
  ['a prerequisite that is met', { prerequisites: [{ flag: 'needed', variations: ['on'] }] }],
  ['a prerequisite that is not met', UNMET],
  ['a prerequisite that is absent', { prerequisites: [{ flag: 'gone', variations: ['on'] }] }],
  ['itself as a prerequisite', { prerequisites: [{ flag: 'flag', variations: ['off'] }] }],
  [
    'a regular expression',
    { rules: [{ id: 'r', clauses: [{ attribute: 'key', operator: 'matches', values: ['.'] }], serve: ON }] },
  ],
];

const settled = (shows: string, word: string, kind: string, body: Partial<FlagBody>): readonly Draft[] =>
  STRATEGIES.map(([name, strategy]) => ({
    name: `${word}: ${name}`,
    shows,
    items: [...full({ ...strategy, ...body }), segmentItem('s', { included: users('named') })],
    context: EVERYTHING,
    fallback: 'fallback',
    gives: `off ${kind}`,
  }));

const typed = (type: FlagBody['type'], values: readonly Json[], more: Partial<FlagBody> = {}): Draft['items'] => [
  flag({ type, variations: values.map((value, i) => ({ key: `v${i}`, value })), ...more }),
];

const TYPES = {
  boolean: typed('boolean', [true, false]),
  string: typed('string', ['a', 'b']),
  number: typed('number', [1, 2]),
  json: typed('json', [{ a: 1 }, [1]]),
} as const;
const FALLBACKS: readonly (readonly [name: string, fallback: unknown, fits: keyof typeof TYPES])[] = [
  ['a boolean', false, 'boolean'],
  ['a text', 'x', 'string'],
  ['an empty text', '', 'string'],
  ['a number', 7, 'number'],
  ['not a number', { $: 'nan' }, 'number'],
  ['an object', {}, 'json'],
  ['an array', [], 'json'],
];
const isType = (name: string): name is keyof typeof TYPES => Object.hasOwn(TYPES, name);

const typeCases: readonly Draft[] = Object.keys(TYPES)
  .filter(isType)
  .flatMap((type) =>
    FALLBACKS.map(([name, fallback, fits]) => ({
      name: `a ${type} flag asked with ${name}`,
      shows: "If the type of the caller's fallback differs from the flag's type: the fallback, `TYPE_MISMATCH`.",
      items: TYPES[type],
      context: { key: 'u' },
      fallback,
      gives: fits === type ? 'v0 FALLTHROUGH' : 'ERROR TYPE_MISMATCH',
    })),
  );

const valueCases: readonly Draft[] = (
  [
    ['false', 'boolean', [false, true]],
    ['an empty text', 'string', ['', 'b']],
    ['zero', 'number', [0, 1]],
    ['an empty object', 'json', [{}, []]],
    ['an empty array', 'json', [[], {}]],
    ['a nested object', 'json', [{ a: [1, { b: null }], ключ: '😀' }, {}]],
    ['a huge number', 'number', [1e308, 0]],
    ['2^53', 'number', [9007199254740992, 0]],
    ['the smallest number above zero', 'number', [5e-324, 0]],
    ['a text that is not ASCII', 'string', ['größe 日本 😀', 'b']],
    ['a text with a NUL', 'string', ['a\u0000b', 'b']],
  ] as const
).map(([name, type, values]) => ({
  name: `serves ${name}`,
  shows: 'A flag serves the value of the variation, whatever it is.',
  items: typed(type, values),
  context: { key: 'u' },
  fallback: null,
  gives: 'v0 FALLTHROUGH',
}));

export const order: Table = {
  file: 'order',
  about: 'The order of evaluation, and what the caller gets.',
  drafts: [
    ...cases(first, [
      ['the fallthrough is for who nothing else is for', {}, { key: 'u' }, 'rest FALLTHROUGH'],
      ['a rule', {}, { key: 'u', country: 'DE' }, 'second RULE_MATCH'],
      ['the first rule of two', {}, { key: 'u', country: 'DE', plan: 'pro' }, 'first RULE_MATCH'],
      ['a target comes before rules', {}, EVERYTHING, 'target TARGET_MATCH'],
      ['prerequisites come before targets', UNMET, EVERYTHING, 'off PREREQUISITE_FAILED'],
      ['prerequisites come before rules', UNMET, { key: 'u', plan: 'pro' }, 'off PREREQUISITE_FAILED'],
      ['off comes before prerequisites', { on: false, ...UNMET }, EVERYTHING, 'off OFF'],
      ['killed comes before off', { killed: true, on: false }, EVERYTHING, 'off KILLED'],
      ['killed comes before prerequisites', { killed: true, ...UNMET }, EVERYTHING, 'off KILLED'],
      ['killed comes before the context', { killed: true }, 'no context', 'off KILLED'],
      ['off comes before the context', { on: false }, { key: true }, 'off OFF'],
      ['the context comes before prerequisites', UNMET, { key: true }, 'ERROR INVALID_CONTEXT'],
      [
        'the context comes before a prerequisite that is off',
        { prerequisites: [{ flag: 'off', variations: ['on'] }] },
        { key: true },
        'ERROR INVALID_CONTEXT',
      ],
      ['the context comes before the fallthrough', {}, { key: '' }, 'ERROR INVALID_CONTEXT'],
      ['a target for who is in a rule too', {}, { key: 'named', country: 'DE' }, 'target TARGET_MATCH'],
    ]),
    ...cases('`killed` and `on` are so when they are true.', [
      ['killed is null', { killed: null as never }, { key: 'u' }, 'rest FALLTHROUGH'],
      ['on is null', { on: null as never }, { key: 'u' }, 'off OFF'],
    ]),
    ...cases('An archived flag is evaluated like any other while its item is in the payload.', [
      ['archived', { archived: true }, EVERYTHING, 'target TARGET_MATCH'],
      ['archived and off', { archived: true, on: false }, EVERYTHING, 'off OFF'],
      ['archived and killed', { archived: true, killed: true }, EVERYTHING, 'off KILLED'],
    ]),
    ...cases('What is for browsers or for people alters no answer.', [
      ['for browsers', { clientSide: true }, EVERYTHING, 'target TARGET_MATCH'],
      ['with metadata', { metadata: { team: 'payments', tier: 1, beta: true } }, EVERYTHING, 'target TARGET_MATCH'],
    ]),
    ...cases('An individual target names keys of one context kind.', [
      ['of the user in a multi-context', {}, { user: { key: 'named' }, org: { key: 'o' } }, 'target TARGET_MATCH'],
      ['of another kind', {}, { kind: 'org', key: 'named' }, 'rest FALLTHROUGH'],
      [
        'the first of two that name the same key',
        {
          targets: [
            { variation: 2, contextKind: 'user', keys: ['named'] },
            { variation: 1, contextKind: 'user', keys: ['named'] },
          ],
        },
        EVERYTHING,
        'first TARGET_MATCH',
      ],
      [
        'the second of two',
        {
          targets: [
            { variation: 2, contextKind: 'user', keys: ['x', 'y'] },
            { variation: 1, contextKind: 'user', keys: ['z', 'named'] },
          ],
        },
        EVERYTHING,
        'target TARGET_MATCH',
      ],
      [
        'of the kind that comes first in the flag',
        {
          targets: [
            { variation: 2, contextKind: 'org', keys: ['o'] },
            { variation: 1, contextKind: 'user', keys: ['named'] },
          ],
        },
        { user: { key: 'named' }, org: { key: 'o' } },
        'first TARGET_MATCH',
      ],
      [
        'without keys',
        { targets: [{ variation: 1, contextKind: 'user', keys: [] }] },
        { key: 'named' },
        'rest FALLTHROUGH',
      ],
      ['a keyless context', {}, { name: 'named' }, 'rest FALLTHROUGH'],
    ]),
    ...settled(killed, 'killed', 'KILLED', { killed: true }),
    ...settled(off, 'off', 'OFF', { on: false }),
    ...[
      ['no flag at all', [], 'flag'],
      ['another flag', [flagItem('other')], 'flag'],
      ['a flag whose key differs in case', [flagItem('Flag')], 'flag'],
      ['a segment of that key', [segmentItem('flag')], 'flag'],
      ['the key constructor', [flag()], 'constructor'],
      ['the key __proto__', [flag()], '__proto__'],
      ['the key toString', [flag()], 'toString'],
      ['a key that is not ASCII', [flag()], 'флаг'],
      ['an empty key', [flag()], ''],
    ].map(([name, items, flagKey]) => ({
      name: `not found: ${name as string}`,
      shows: "No such flag: the caller's fallback, `FLAG_NOT_FOUND`.",
      items: items as Draft['items'],
      flagKey: flagKey as string,
      context: { key: 'u' },
      fallback: 'fallback',
      gives: 'ERROR FLAG_NOT_FOUND',
    })),
    ...['toString', 'hasOwnProperty', 'valueOf', 'x'.repeat(128), 'A', 'a.b-c_d', '0'].map((flagKey) => ({
      name: `a flag named ${flagKey.slice(0, 20)}`,
      shows: 'A flag may have any legal key, names that objects inherit among them.',
      items: [
        flagItem(flagKey, { rules: [{ id: 'r', clauses: [isIn([flagKey])], serve: ON }], fallthrough: OFF }),
        segmentItem(flagKey, { included: users('u') }),
      ],
      flagKey,
      context: { key: 'u' },
      gives: 'on RULE_MATCH',
    })),
    ...typeCases,
    ...(['boolean', 'string', 'number', 'json'] as const).flatMap((type) =>
      [
        ['null', null],
        ['undefined', { $: 'undefined' }],
      ].map(([name, fallback]) => ({
        name: `a ${type} flag asked with ${name as string}`,
        shows: '`null` and `undefined` as the fallback skip the check of the type.',
        items: TYPES[type],
        context: { key: 'u' },
        fallback,
        gives: 'v0 FALLTHROUGH',
      })),
    ),
    {
      name: 'the type comes before a kill',
      shows: "If the type of the caller's fallback differs from the flag's type: the fallback, `TYPE_MISMATCH`.",
      items: [flag({ killed: true })],
      context: { key: 'u' },
      fallback: 'x',
      gives: 'ERROR TYPE_MISMATCH',
    },
    {
      name: 'the type comes before off',
      shows: "If the type of the caller's fallback differs from the flag's type: the fallback, `TYPE_MISMATCH`.",
      items: [flag({ on: false })],
      context: { key: 'u' },
      fallback: 0,
      gives: 'ERROR TYPE_MISMATCH',
    },
    {
      name: 'the type comes before the context',
      shows: "If the type of the caller's fallback differs from the flag's type: the fallback, `TYPE_MISMATCH`.",
      items: [flag()],
      context: { key: true },
      fallback: 0,
      gives: 'ERROR TYPE_MISMATCH',
      remote: false,
    },
    ...valueCases,
  ],
};
