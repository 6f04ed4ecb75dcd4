import type { FlagBody, Item } from '@glidepath/core';
import { type Draft, flag, flagItem, isIn, OFF, ON, segmentItem, type Table, users } from './kit.ts';

const unsupported =
  'An unknown operator, kind or schema makes that flag not evaluable: never a silent "does not match".';
const keeps = 'The last definition that could be read is kept, else the fallback, `UNSUPPORTED`.';
const alone = 'What cannot be read makes that flag not evaluable, and no other.';
const holds = 'A kill and an off switch hold, whatever a newer server put behind them.';
const misshapen = 'A definition without the shape of one is not evaluable; it never throws.';
const absent = 'A flag that serves a variation that it does not have is malformed.';

const clause = (operator: string, more: object = {}) => ({ attribute: 'a', operator, values: ['x'], ...more });
const ruled = (operator: string): Partial<FlagBody> => ({
  rules: [{ id: 'r', clauses: [clause(operator)], serve: ON }],
});

const UNREADABLE: readonly (readonly [name: string, body: Partial<FlagBody>])[] = [
  ['the operator sounds-like', ruled('sounds-like')],
  ['the operator toString', ruled('toString')],
  ['the operator __proto__', ruled('__proto__')],
  ['the operator constructor', ruled('constructor')],
  ['an operator without a name', ruled('')],
  ['the operator IN', ruled('IN')],
  ['the operator not-in', ruled('not-in')],
  ['an operator that is null', ruled(null as never)],
  [
    'an unknown operator that is negated',
    { rules: [{ id: 'r', clauses: [clause('near', { negate: true })], serve: ON }] },
  ],
  [
    'an unknown operator in the last rule',
    {
      rules: [
        { id: 'r', clauses: [], serve: ON },
        { id: 'q', clauses: [clause('near')], serve: ON },
      ],
    },
  ],
  ['the schema 2', { schema: 2 }],
  ['the schema 99', { schema: 99 }],
  ['the schema 0', { schema: 0 }],
  ['the schema -1', { schema: -1 }],
  ['the schema null', { schema: null as never }],
  ['the type color', { type: 'color' as never }],
  ['the type toString', { type: 'toString' as never }],
  ['the type null', { type: null as never }],
  ['a fallthrough that serves in an unknown way', { fallthrough: { lottery: 1 } as never }],
  ['a rule that serves in an unknown way', { rules: [{ id: 'r', clauses: [], serve: { lottery: 1 } as never }] }],
];

const MISSHAPEN: readonly (readonly [name: string, body: object])[] = [
  ['no variations', { variations: null }],
  ['variations that are an object', { variations: {} }],
  ['no prerequisites', { prerequisites: null }],
  ['prerequisites that are a number', { prerequisites: 7 }],
  ['no targets', { targets: null }],
  ['no rules', { rules: null }],
  ['rules that are a text', { rules: 'x' }],
  ['no fallthrough', { fallthrough: null }],
  ['a fallthrough that is a text', { fallthrough: 'on' }],
  ['a rule that is null', { rules: [null] }],
  ['a rule without clauses', { rules: [{ id: 'r', serve: ON }] }],
  ['clauses that are null', { rules: [{ id: 'r', clauses: null, serve: ON }] }],
  ['a clause that is null', { rules: [{ id: 'r', clauses: [null], serve: ON }] }],
  [
    'values that are null',
    { rules: [{ id: 'r', clauses: [{ attribute: 'a', operator: 'in', values: null }], serve: ON }] },
  ],
  ['a rule that serves null', { rules: [{ id: 'r', clauses: [], serve: null }] }],
];

const odd = (shows: string, name: string, items: readonly Item[], gives: string, more: Partial<Draft> = {}): Draft => ({
  name,
  shows,
  items,
  context: { key: 'u' },
  gives,
  ...more,
});

const READABLE = flag({ fallthrough: ON }, 1);

export const unreadable: Table = {
  file: 'unreadable',
  about: 'Definitions of a newer server, and definitions that are none.',
  drafts: [
    ...UNREADABLE.map(([name, body]) => odd(unsupported, `unreadable: ${name}`, [flag(body)], 'ERROR UNSUPPORTED')),
    ...UNREADABLE.filter((_, i) => i % 2 === 0).map(([name, body]) =>
      odd(
        keeps,
        `kept: the one before ${name}`,
        [flag({ ...body, fallthrough: body.fallthrough ?? OFF }, 2)],
        'on FALLTHROUGH',
        { before: [READABLE] },
      ),
    ),
    odd(
      keeps,
      'a definition that can be read takes the place of the one before',
      [flag({ fallthrough: OFF }, 2)],
      'off FALLTHROUGH',
      { before: [READABLE] },
    ),
    odd(keeps, 'the one before cannot be read either', [flag({ schema: 98 }, 2)], 'ERROR UNSUPPORTED', {
      before: [flag({ schema: 99 })],
    }),
    odd(keeps, 'a definition that can be read comes after one that cannot', [flag({}, 2)], 'on FALLTHROUGH', {
      before: [flag({ schema: 99 })],
    }),
    odd(keeps, 'a flag that is gone is not kept', [flagItem('other', {}, 2)], 'ERROR FLAG_NOT_FOUND', {
      before: [READABLE],
    }),
    odd(keeps, 'the one before was killed', [flag({ schema: 99 }, 2)], 'off KILLED', {
      before: [flag({ killed: true })],
    }),
    odd(
      keeps,
      'a pattern that cannot be compiled comes after',
      [
        flag(
          { rules: [{ id: 'r', clauses: [{ attribute: 'a', operator: 'matches', values: ['(a'] }], serve: OFF }] },
          2,
        ),
      ],
      'on FALLTHROUGH',
      { before: [READABLE] },
    ),
    odd(
      keeps,
      'a segment that cannot be read any more',
      [
        flag({ rules: [{ id: 'r', clauses: [isIn(['s'])], serve: ON }], fallthrough: OFF }),
        segmentItem('s', { schema: 99 }, 2),
      ],
      'on RULE_MATCH',
      {
        before: [
          flag({ rules: [{ id: 'r', clauses: [isIn(['s'])], serve: ON }], fallthrough: OFF }),
          segmentItem('s', { included: users('u') }),
        ],
      },
    ),
    odd(
      keeps,
      'a prerequisite that cannot be read any more',
      [flag({ prerequisites: [{ flag: 'a', variations: ['on'] }] }), flagItem('a', { schema: 99 }, 2)],
      'on FALLTHROUGH',
      { before: [flag({ prerequisites: [{ flag: 'a', variations: ['on'] }] }), flagItem('a')] },
    ),
    odd(unsupported, 'of an unknown schema and killed', [flag({ schema: 99, killed: true })], 'ERROR UNSUPPORTED'),
    odd(unsupported, 'of an unknown schema and off', [flag({ schema: 99, on: false })], 'ERROR UNSUPPORTED'),
    odd(
      unsupported,
      'of an unknown type and killed',
      [flag({ type: 'color' as never, killed: true })],
      'ERROR UNSUPPORTED',
    ),
    ...[
      ['an unknown operator', ruled('near')],
      ['an unknown way to serve', { fallthrough: { lottery: 1 } as never }],
      [
        'a pattern that cannot be compiled',
        { rules: [{ id: 'r', clauses: [clause('matches', { values: ['(a'] })], serve: ON }] },
      ],
      ['a fallthrough that is no variation', { fallthrough: { variation: 7 } }],
      ['rules that are null', { rules: null as never }],
      ['a fallthrough that is null', { fallthrough: null as never }],
    ].flatMap(([name, body]) => [
      odd(
        holds,
        `killed, with ${name as string}`,
        [flag({ ...(body as Partial<FlagBody>), killed: true })],
        'off KILLED',
      ),
      odd(holds, `off, with ${name as string}`, [flag({ ...(body as Partial<FlagBody>), on: false })], 'off OFF'),
      odd(
        holds,
        `killed after one that could be read, with ${name as string}`,
        [flag({ ...(body as Partial<FlagBody>), killed: true }, 2)],
        'off KILLED',
        { before: [READABLE] },
      ),
    ]),
    odd(unsupported, 'unreadable, and a fallback of another type', [flag({ schema: 99 })], 'ERROR UNSUPPORTED', {
      fallback: 'x',
    }),
    odd(unsupported, 'unreadable, and no context', [flag({ schema: 99 })], 'ERROR UNSUPPORTED', {
      context: 'no context',
      remote: false,
    }),
    odd(alone, 'another flag cannot be read', [flag(), flagItem('other', { schema: 99 })], 'on FALLTHROUGH'),
    odd(alone, 'another segment cannot be read', [flag(), segmentItem('s', { schema: 99 })], 'on FALLTHROUGH'),
    odd(alone, 'another flag has no shape', [flag(), flagItem('other', { rules: null as never })], 'on FALLTHROUGH'),
    odd(
      alone,
      'an item of a kind that is not known',
      [flag(), { ...flagItem('flag-2'), kind: 'experiment' } as never],
      'on FALLTHROUGH',
    ),
    odd(alone, 'fields that are not known', [flag({ weather: 'fine' } as never)], 'on FALLTHROUGH'),
    ...MISSHAPEN.map(([name, body]) =>
      odd(misshapen, `misshapen: ${name}`, [flag(body as never)], 'ERROR MALFORMED_FLAG|UNSUPPORTED'),
    ),
    odd(
      absent,
      'the fallthrough serves no variation',
      [flag({ fallthrough: { variation: 2 } })],
      'ERROR MALFORMED_FLAG',
    ),
    odd(
      absent,
      'the fallthrough serves a negative one',
      [flag({ fallthrough: { variation: -1 } })],
      'ERROR MALFORMED_FLAG',
    ),
    odd(
      absent,
      'the fallthrough serves half a one',
      [flag({ fallthrough: { variation: 0.5 } })],
      'ERROR MALFORMED_FLAG',
    ),
    odd(absent, 'the off variation is none', [flag({ on: false, off: 5 })], 'ERROR MALFORMED_FLAG'),
    odd(absent, 'the off variation of a killed flag is none', [flag({ killed: true, off: 5 })], 'ERROR MALFORMED_FLAG'),
    odd(absent, 'the off variation is null', [flag({ on: false, off: null as never })], 'ERROR MALFORMED_FLAG'),
    odd(absent, 'no variation at all', [flag({ variations: [] })], 'ERROR MALFORMED_FLAG'),
  ],
};
