import type { Item, SegmentBody } from '@glidepath/core';
import { type Draft, flag, flagFor, isIn, matched, OFF, ON, segmentItem, type Table, users } from './kit.ts';

const order = 'Of a segment, excluded wins over included, included over rules.';
const perKind = 'The lists of a segment hold keys per context kind.';
const rule = 'A rule of a segment takes those for whom all its clauses match, or a share of them.';
const share = 'The share of a rule is taken by bucket: below it, by an attribute, under a salt.';
const any = '`in-segment`: the context belongs to any of the segments; neither kind nor attribute is looked at.';
const nested = 'Segments may refer to segments; cycles as for prerequisites.';

const GERMANS = { attribute: 'country', operator: 'in', values: ['DE'] } as const;
const all = (parts: Partial<SegmentBody['rules'][number]> = {}) => [{ id: 'r1', clauses: [], ...parts }];
const within = (...keys: readonly string[]) => [{ id: 'r1', clauses: [isIn(keys)] }];

type Row = readonly [name: string, segments: readonly Item[], context: unknown, isMember: boolean];

const cases = (shows: string, rows: readonly Row[]): readonly Draft[] =>
  rows.map(([name, segments, context, isMember]) => ({
    name,
    shows,
    items: [...segments, flagFor(isIn(['s']))],
    context,
    gives: matched(isMember),
  }));

const FULL = [
  segmentItem('s', { included: users('a', 'b'), excluded: users('b', 'c'), rules: [{ id: 'r1', clauses: [GERMANS] }] }),
];
const MEMBERS = segmentItem('s', { included: users('a') });
const many = Array.from({ length: 200 }, (_, i) => `user-${i}`);

const failing = (name: string, items: readonly Item[], gives = 'ERROR MALFORMED_FLAG', shows = nested): Draft => ({
  name,
  shows,
  items,
  context: { key: 'u' },
  gives,
});

export const segments: Table = {
  file: 'segments',
  about: 'Who belongs to a segment.',
  drafts: [
    ...cases(order, [
      ['included', FULL, { key: 'a', country: 'FR' }, true],
      ['excluded', FULL, { key: 'c', country: 'FR' }, false],
      ['included and excluded', FULL, { key: 'b', country: 'FR' }, false],
      ['included and excluded, and a rule matches', FULL, { key: 'b', country: 'DE' }, false],
      ['excluded, and a rule matches', FULL, { key: 'c', country: 'DE' }, false],
      ['a rule matches', FULL, { key: 'd', country: 'DE' }, true],
      ['nothing', FULL, { key: 'd', country: 'FR' }, false],
      ['included, and a rule matches', FULL, { key: 'a', country: 'DE' }, true],
      ['keyless, and a rule matches', FULL, { country: 'DE' }, true],
      ['keyless', FULL, { country: 'FR' }, false],
      [
        'not in the only list, and a rule matches',
        [segmentItem('s', { included: users('a'), rules: [{ id: 'r1', clauses: [GERMANS] }] })],
        { key: 'd', country: 'DE' },
        true,
      ],
      ['nobody is named', [segmentItem('s')], { key: 'a' }, false],
      ['the last of two hundred keys', [segmentItem('s', { included: users(...many) })], { key: 'user-199' }, true],
      ['none of two hundred keys', [segmentItem('s', { included: users(...many) })], { key: 'user-200' }, false],
    ]),
    ...cases(perKind, [
      [
        'of another kind',
        [segmentItem('s', { included: [{ contextKind: 'org', keys: ['acme'] }] })],
        { user: { key: 'a' }, org: { key: 'acme' } },
        true,
      ],
      [
        'the same key, of another kind',
        [segmentItem('s', { included: [{ contextKind: 'org', keys: ['acme'] }] })],
        { key: 'acme' },
        false,
      ],
      [
        'included as a user, excluded as an org',
        [segmentItem('s', { included: users('a'), excluded: [{ contextKind: 'org', keys: ['o'] }] })],
        { user: { key: 'a' }, org: { key: 'o' } },
        false,
      ],
      [
        'included as an org, the user is nobody',
        [segmentItem('s', { included: [...users('a'), { contextKind: 'org', keys: ['o'] }] })],
        { user: { key: 'x' }, org: { key: 'o' } },
        true,
      ],
      ['a number as the key', [segmentItem('s', { included: users('42') })], { key: 42 }, true],
      ['a key that is not ASCII', [segmentItem('s', { included: users('ключ', '日本') })], { key: '日本' }, true],
      ['the key __proto__ is nobody', [MEMBERS], { key: '__proto__' }, false],
      ['the key constructor is nobody', [MEMBERS], { key: 'constructor' }, false],
      [
        'the key __proto__ is included',
        [segmentItem('s', { included: users('__proto__') })],
        { key: '__proto__' },
        true,
      ],
      [
        'the key toString is excluded',
        [segmentItem('s', { included: users('toString'), excluded: users('toString') })],
        { key: 'toString' },
        false,
      ],
    ]),
    ...cases(rule, [
      ['a rule without clauses', [segmentItem('s', { rules: all() })], null, true],
      [
        'both clauses',
        [
          segmentItem('s', {
            rules: [{ id: 'r1', clauses: [GERMANS, { attribute: 'age', operator: 'at-least', values: [18] }] }],
          }),
        ],
        { country: 'DE', age: 18 },
        true,
      ],
      [
        'one of two clauses',
        [
          segmentItem('s', {
            rules: [{ id: 'r1', clauses: [GERMANS, { attribute: 'age', operator: 'at-least', values: [18] }] }],
          }),
        ],
        { country: 'DE', age: 17 },
        false,
      ],
      [
        'the second of two rules',
        [
          segmentItem('s', {
            rules: [
              { id: 'r1', clauses: [GERMANS] },
              { id: 'r2', clauses: [{ attribute: 'age', operator: 'at-least', values: [18] }] },
            ],
          }),
        ],
        { country: 'FR', age: 18 },
        true,
      ],
      [
        'a negated clause',
        [segmentItem('s', { rules: [{ id: 'r1', clauses: [{ ...GERMANS, negate: true }] }] })],
        { country: 'FR' },
        true,
      ],
      [
        'a clause on another kind',
        [segmentItem('s', { rules: [{ id: 'r1', clauses: [{ ...GERMANS, kind: 'org' }] }] })],
        { user: { key: 'u' }, org: { country: 'DE' } },
        true,
      ],
    ]),
    // Buckets of the published vectors: salt `a`: user-1 851, user-2 30265, u-42 11788, 42 71359.
    ...cases(share, [
      [
        'a share that ends at the bucket',
        [segmentItem('s', { salt: 'a', rules: all({ share: 851 }) })],
        { key: 'user-1' },
        false,
      ],
      [
        'a share that ends behind the bucket',
        [segmentItem('s', { salt: 'a', rules: all({ share: 852 }) })],
        { key: 'user-1' },
        true,
      ],
      [
        'a share before the bucket',
        [segmentItem('s', { salt: 'a', rules: all({ share: 850 }) })],
        { key: 'user-1' },
        false,
      ],
      ['nobody', [segmentItem('s', { salt: 'a', rules: all({ share: 0 }) })], { key: 'user-1' }, false],
      [
        'everybody who has a key',
        [segmentItem('s', { salt: 'a', rules: all({ share: 100_000 }) })],
        { key: '42' },
        true,
      ],
      [
        'everybody, but keyless',
        [segmentItem('s', { salt: 'a', rules: all({ share: 100_000 }) })],
        { plan: 'pro' },
        false,
      ],
      [
        'a salt of its own, in',
        [segmentItem('s', { salt: 'x', rules: all({ share: 852, salt: 'a' }) })],
        { key: 'user-1' },
        true,
      ],
      [
        'a salt of its own, out',
        [segmentItem('s', { salt: 'a', rules: all({ share: 852, salt: 'new-checkout' }) })],
        { key: 'user-1' },
        false,
      ],
      [
        'by another attribute, in',
        [
          segmentItem('s', {
            salt: 'a',
            rules: all({ share: 852, by: { contextKind: 'user', attribute: 'account' } }),
          }),
        ],
        { key: 'u-42', account: 'user-1' },
        true,
      ],
      [
        'by another attribute, out',
        [
          segmentItem('s', {
            salt: 'a',
            rules: all({ share: 852, by: { contextKind: 'user', attribute: 'account' } }),
          }),
        ],
        { key: 'user-1', account: 'user-2' },
        false,
      ],
      [
        'by another kind, in',
        [segmentItem('s', { salt: 'a', rules: all({ share: 852, by: { contextKind: 'org', attribute: 'key' } }) })],
        { user: { key: 'x' }, org: { key: 'user-1' } },
        true,
      ],
      [
        'by another kind that is not there',
        [segmentItem('s', { salt: 'a', rules: all({ share: 100_000, by: { contextKind: 'org', attribute: 'key' } }) })],
        { key: 'user-1' },
        false,
      ],
      [
        'by an attribute that is a fraction',
        [segmentItem('s', { salt: 'a', rules: all({ share: 100_000, by: { contextKind: 'user', attribute: 'n' } }) })],
        { key: 'user-1', n: 1.5 },
        false,
      ],
      [
        'the share of a rule that does not match',
        [segmentItem('s', { salt: 'a', rules: [{ id: 'r1', clauses: [GERMANS], share: 100_000 }] })],
        { key: 'user-1' },
        false,
      ],
    ]),
    ...[
      [
        'the second of two segments',
        [segmentItem('s'), segmentItem('t', { included: users('a') }), flagFor(isIn(['s', 't']))],
        { key: 'a' },
        true,
      ],
      ['neither of two segments', [segmentItem('s'), segmentItem('t'), flagFor(isIn(['s', 't']))], { key: 'a' }, false],
      ['no segment', [flagFor(isIn([]))], { key: 'a' }, false],
      ['no segment, negated', [flagFor(isIn([], { negate: true }))], { key: 'a' }, true],
      ['negated, a member', [MEMBERS, flagFor(isIn(['s'], { negate: true }))], { key: 'a' }, false],
      ['negated, no member', [MEMBERS, flagFor(isIn(['s'], { negate: true }))], { key: 'b' }, true],
      ['negated, keyless', [MEMBERS, flagFor(isIn(['s'], { negate: true }))], { plan: 'pro' }, true],
      ['negated, no context', [MEMBERS, flagFor(isIn(['s'], { negate: true }))], null, true],
      [
        'negated, a member of the second of two',
        [segmentItem('t'), MEMBERS, flagFor(isIn(['t', 's'], { negate: true }))],
        { key: 'a' },
        false,
      ],
      ['a kind that is not there', [MEMBERS, flagFor(isIn(['s'], { kind: 'org' }))], { key: 'a' }, true],
      ['an attribute that is not there', [MEMBERS, flagFor(isIn(['s'], { attribute: 'nowhere' }))], { key: 'a' }, true],
      [
        'a segment named like a method',
        [segmentItem('valueOf', { included: users('a') }), flagFor(isIn(['valueOf']))],
        { key: 'a' },
        true,
      ],
    ].map(([name, items, context, isMember]) => ({
      name: `in-segment: ${name as string}`,
      shows: any,
      items: items as readonly Item[],
      context,
      gives: matched(isMember as boolean),
    })),
    ...cases(nested, [
      [
        'twice by two ways, to one that asks for another',
        [
          segmentItem('s', { rules: [{ id: 'r1', clauses: [isIn(['t']), isIn(['u'])] }] }),
          segmentItem('t', { rules: within('v') }),
          segmentItem('u', { rules: within('v') }),
          segmentItem('v', { rules: within('w') }),
          segmentItem('w', { included: users('a') }),
        ],
        { key: 'a' },
        true,
      ],
      [
        'a member of the inner one',
        [segmentItem('s', { rules: within('t') }), segmentItem('t', { included: users('a') })],
        { key: 'a' },
        true,
      ],
      [
        'no member of the inner one',
        [segmentItem('s', { rules: within('t') }), segmentItem('t', { included: users('a') })],
        { key: 'b' },
        false,
      ],
      [
        'a member of the inner one, excluded from the outer',
        [segmentItem('s', { excluded: users('a'), rules: within('t') }), segmentItem('t', { included: users('a') })],
        { key: 'a' },
        false,
      ],
      [
        'three deep',
        [
          segmentItem('s', { rules: within('t') }),
          segmentItem('t', { rules: within('u') }),
          segmentItem('u', { included: users('a') }),
        ],
        { key: 'a' },
        true,
      ],
      [
        'twice by two ways',
        [
          segmentItem('s', { rules: within('t', 'u') }),
          segmentItem('t', { rules: within('u') }),
          segmentItem('u', { included: users('a') }),
        ],
        { key: 'a' },
        true,
      ],
      [
        'a cycle that an included key does not reach',
        [segmentItem('s', { included: users('a'), rules: within('s') })],
        { key: 'a' },
        true,
      ],
      [
        'a cycle that an excluded key does not reach',
        [segmentItem('s', { excluded: users('a'), rules: within('s') })],
        { key: 'a' },
        false,
      ],
    ]),
    failing('a segment within itself', [segmentItem('s', { rules: within('s') }), flagFor(isIn(['s']))]),
    failing('two segments within each other', [
      segmentItem('s', { rules: within('t') }),
      segmentItem('t', { rules: within('s') }),
      flagFor(isIn(['s'])),
    ]),
    failing('a cycle, negated', [segmentItem('s', { rules: within('s') }), flagFor(isIn(['s'], { negate: true }))]),
    failing(
      'a segment that is not there',
      [flagFor(isIn(['gone']))],
      'ERROR MALFORMED_FLAG',
      'A flag that refers to something absent is malformed.',
    ),
    failing(
      'a segment that is not there, negated',
      [flagFor(isIn(['gone'], { negate: true }))],
      'ERROR MALFORMED_FLAG',
      'A flag that refers to something absent is malformed.',
    ),
    failing(
      'a segment that is a flag',
      [flagFor(isIn(['flag']))],
      'ERROR MALFORMED_FLAG',
      'A flag that refers to something absent is malformed.',
    ),
    failing(
      'an inner segment that is not there',
      [segmentItem('s', { rules: within('gone') }), flagFor(isIn(['s']))],
      'ERROR MALFORMED_FLAG',
      'A flag that refers to something absent is malformed.',
    ),
    failing(
      'a segment named __proto__',
      [flagFor(isIn(['__proto__']))],
      'ERROR MALFORMED_FLAG',
      'A flag that refers to something absent is malformed.',
    ),
    failing(
      'a segment of an unknown schema',
      [segmentItem('s', { schema: 99 }), flagFor(isIn(['s']))],
      'ERROR UNSUPPORTED',
      'A segment that cannot be read keeps the flags from it that ask for it.',
    ),
    failing(
      'a segment with an unknown operator',
      [
        segmentItem('s', { rules: [{ id: 'r', clauses: [{ attribute: 'a', operator: 'near', values: ['x'] }] }] }),
        flagFor(isIn(['s'], { negate: true })),
      ],
      'ERROR UNSUPPORTED',
      'A segment that cannot be read keeps the flags from it that ask for it.',
    ),
    failing(
      'a segment that is not there, where nobody asks',
      [flag({ rules: [{ id: 'r', clauses: [GERMANS, isIn(['gone'])], serve: ON }], fallthrough: OFF })],
      'off FALLTHROUGH',
      'A rule matches when all of its clauses match.',
    ),
  ],
};
