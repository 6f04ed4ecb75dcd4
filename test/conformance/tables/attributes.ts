import type { Clause } from '@glidepath/core';
import { type ClauseRow, clauseCases, type Draft, flagFor, matched, type Table } from './kit.ts';

const GERMANS: Clause = { attribute: 'country', operator: 'in', values: ['DE'] };
const EXISTS: Clause = { attribute: 'country', operator: 'exists', values: [] };
const not = (clause: Clause): Clause => ({ ...clause, negate: true });
const at = (attribute: string, clause: Clause = EXISTS): Clause => ({ ...clause, attribute });
const of = (kind: string, clause: Clause): Clause => ({ ...clause, kind });

const missing = 'A missing attribute never matches, negated or not.';
const missingKind = 'A missing context kind never matches, negated or not.';
const inverts = '`negate` inverts the result.';
const elements = 'An array attribute matches when any of its elements does.';
const path = 'An attribute reference is a name, or a path like a JSON pointer.';
const special = '`key`, `kind` and `anonymous` can be referenced too.';
const own = 'Only own properties are read: what an object inherits is never followed.';
const exists = '`exists`: true when the attribute is present and not null.';
const all = 'A rule matches when all of its clauses match.';

/** Each operator with a value of the wrong type, of the right type that fails, and of one that holds. */
const NEGATED: readonly (readonly [
  operator: string,
  value: string | number,
  wrong: unknown,
  fails: unknown,
  holds: unknown,
])[] = [
  ['in', 'DE', 7, 'FR', 'DE'],
  ['contains', 'a', 7, 'xyz', 'cat'],
  ['starts-with', 'a', 7, 'ba', 'ab'],
  ['ends-with', 'a', 7, 'ab', 'ba'],
  ['matches', '^a$', 7, 'b', 'a'],
  ['less-than', 2, '1', 3, 1],
  ['at-most', 2, '1', 3, 2],
  ['greater-than', 2, '3', 1, 3],
  ['at-least', 2, '3', 1, 2],
  ['before', '2026-01-01T00:00:00Z', '2025-01-01', '2027-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  ['after', '2026-01-01T00:00:00Z', '2027-01-01', '2025-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['semver-equal', '1.0.0', 1, '2.0.0', '1.0.0'],
  ['semver-less-than', '1.0.0', 'latest', '2.0.0', '0.9.0'],
  ['semver-greater-than', '1.0.0', 'latest', '0.9.0', '2.0.0'],
  ['semver-at-least', '1.0.0', 'latest', '0.9.0', '1.0.0'],
  ['semver-at-most', '1.0.0', 'latest', '2.0.0', '1.0.0'],
  ['in-cidr', '10.0.0.0/8', 'localhost', '11.0.0.1', '10.0.0.1'],
];

const negatedRows: readonly Draft[] = NEGATED.flatMap(([operator, value, wrong, fails, holds]) => {
  const clause: Clause = { attribute: 'a', operator, values: [value], negate: true };
  const rows: readonly ClauseRow[] = [
    [`not ${operator}: satisfied`, clause, { key: 'u', a: holds }, false],
    [`not ${operator}: not satisfied`, clause, { key: 'u', a: fails }, true],
    [`not ${operator}: of the wrong type is not satisfied either`, clause, { key: 'u', a: wrong }, true],
    [`not ${operator}: missing`, clause, { key: 'u' }, false],
    [`not ${operator}: null`, clause, { key: 'u', a: null }, false],
  ];
  return clauseCases(inverts, rows);
});

const bothClauses = (name: string, context: unknown, isMatch: boolean): Draft => ({
  name,
  shows: all,
  items: [flagFor(GERMANS, { attribute: 'plan', operator: 'in', values: ['pro'] })],
  context,
  gives: matched(isMatch),
});

export const attributes: Table = {
  file: 'attributes',
  about: 'What a clause looks at, and what it says of what is missing.',
  drafts: [
    ...negatedRows,
    bothClauses('both clauses hold', { key: 'u', country: 'DE', plan: 'pro' }, true),
    bothClauses('the first of two clauses does not hold', { key: 'u', country: 'FR', plan: 'pro' }, false),
    bothClauses('the second of two clauses does not hold', { key: 'u', country: 'DE', plan: 'free' }, false),
    { name: 'no clause at all', shows: all, items: [flagFor()], context: null, gives: 'on RULE_MATCH' },
    ...clauseCases(missing, [
      ['a missing attribute', GERMANS, { key: 'u' }, false],
      ['a missing attribute, negated', not(GERMANS), { key: 'u' }, false],
      ['null is missing', GERMANS, { key: 'u', country: null }, false],
      ['null is missing, negated', not(GERMANS), { key: 'u', country: null }, false],
      ['undefined is missing', not(GERMANS), { key: 'u', country: { $: 'undefined' } }, false],
      ['not a number is missing', not(GERMANS), { key: 'u', country: { $: 'nan' } }, false],
      ['infinity is missing', not(GERMANS), { key: 'u', country: { $: 'infinity' } }, false],
      ['a symbol is missing', not(GERMANS), { key: 'u', country: { $: 'symbol' } }, false],
      ['a function is missing', not(GERMANS), { key: 'u', country: { $: 'function' } }, false],
      ['a big integer is missing', not(GERMANS), { key: 'u', country: { $: 'bigint' } }, false],
      ['an invalid Date is missing', not(GERMANS), { key: 'u', country: { $: 'date' } }, false],
      ['no context at all', not(GERMANS), null, false],
      ['an object is there, and satisfies nothing', not(GERMANS), { key: 'u', country: { code: 'DE' } }, true],
    ]),
    ...clauseCases(missingKind, [
      ['a kind that is not there', of('org', GERMANS), { key: 'u', country: 'DE' }, false],
      ['a kind that is not there, negated', not(of('org', GERMANS)), { key: 'u', country: 'FR' }, false],
      ['no user in a context of another kind', GERMANS, { kind: 'org', key: 'o', country: 'DE' }, false],
      ['no user in a context of another kind, negated', not(GERMANS), { kind: 'org', key: 'o', country: 'FR' }, false],
      ['a kind named toString', not(of('toString', GERMANS)), { user: { key: 'u' }, org: { key: 'o' } }, false],
      ['a kind named constructor', not(of('constructor', GERMANS)), { user: { key: 'u' }, org: {} }, false],
    ]),
    ...clauseCases('A clause looks at the context of its kind, of `user` where it names none.', [
      ['the kind is there', of('org', GERMANS), { user: { key: 'u' }, org: { country: 'DE' } }, true],
      [
        'the other kind is not looked at',
        of('org', GERMANS),
        { user: { country: 'DE' }, org: { country: 'FR' } },
        false,
      ],
      ['a single context of the kind', of('org', GERMANS), { kind: 'org', key: 'o', country: 'DE' }, true],
      ['no kind is user', GERMANS, { user: { country: 'DE' }, org: { country: 'FR' } }, true],
      ['user by its name', of('user', GERMANS), { key: 'u', country: 'DE' }, true],
    ]),
    ...clauseCases(inverts, [
      ['negate is false', { ...GERMANS, negate: false }, { key: 'u', country: 'DE' }, true],
      ['negate is null', { ...GERMANS, negate: null as never }, { key: 'u', country: 'DE' }, true],
      [
        'negate is null, and the clause does not hold',
        { ...GERMANS, negate: null as never },
        { key: 'u', country: 'FR' },
        false,
      ],
      ['not one of two values', not({ ...GERMANS, values: ['DE', 'AT'] }), { key: 'u', country: 'FR' }, true],
      [
        'not one of two values, but it is the second',
        not({ ...GERMANS, values: ['DE', 'AT'] }),
        { key: 'u', country: 'AT' },
        false,
      ],
      ['not one of none', not({ ...GERMANS, values: [] }), { key: 'u', country: 'DE' }, true],
    ]),
    ...clauseCases(elements, [
      ['one element of two', GERMANS, { key: 'u', country: ['FR', 'DE'] }, true],
      ['no element', GERMANS, { key: 'u', country: ['FR', 'AT'] }, false],
      ['an empty array', GERMANS, { key: 'u', country: [] }, false],
      ['an empty array, negated: it is there, and no element satisfies', not(GERMANS), { key: 'u', country: [] }, true],
      ['negated: one element satisfies', not(GERMANS), { key: 'u', country: ['FR', 'DE'] }, false],
      ['negated: no element satisfies', not(GERMANS), { key: 'u', country: ['FR', 'AT'] }, true],
      ['an array within the array', GERMANS, { key: 'u', country: [['DE']] }, false],
      ['null among the elements', GERMANS, { key: 'u', country: [null, 'DE'] }, true],
      ['nothing but null among the elements', GERMANS, { key: 'u', country: [null] }, false],
      ['elements of mixed types', GERMANS, { key: 'u', country: [7, true, { a: 1 }, 'DE'] }, true],
      [
        'elements are compared as numbers',
        { attribute: 'n', operator: 'at-least', values: [5] },
        { key: 'u', n: [1, 5] },
        true,
      ],
      [
        'elements as versions',
        { attribute: 'v', operator: 'semver-at-least', values: ['2'] },
        { key: 'u', v: ['1.0', 'x', '2.1'] },
        true,
      ],
      [
        'a Date among the elements',
        { attribute: 'd', operator: 'at-least', values: [5] },
        { key: 'u', d: [{ $: 'date', ms: 5 }] },
        true,
      ],
    ]),
    ...clauseCases(path, [
      ['a path leads inside', at('/address/country', GERMANS), { key: 'u', address: { country: 'DE' } }, true],
      ['a path leads nowhere', not(at('/address/city', GERMANS)), { key: 'u', address: { country: 'DE' } }, false],
      ['a path ends at a text', not(at('/country/code', GERMANS)), { key: 'u', country: 'DE' }, false],
      ['a path of one name', at('/country', GERMANS), { key: 'u', country: 'DE' }, true],
      ['a path through null', not(at('/a/b', GERMANS)), { key: 'u', a: null }, false],
      ['a deep path', at('/a/b/c/d', GERMANS), { key: 'u', a: { b: { c: { d: 'DE' } } } }, true],
      ['~1 stands for a slash', at('/a~1b', GERMANS), { key: 'u', 'a/b': 'DE' }, true],
      ['~0 stands for a tilde', at('/a~0b', GERMANS), { key: 'u', 'a~b': 'DE' }, true],
      ['~01 stands for ~1', at('/a~01b', GERMANS), { key: 'u', 'a~1b': 'DE' }, true],
      ['~01 is no slash', at('/a~01b', EXISTS), { key: 'u', 'a/b': 'DE' }, false],
      ['a name may hold a slash', at('a/b', GERMANS), { key: 'u', 'a/b': 'DE' }, true],
      ['a name with a slash is no path', at('a/b', EXISTS), { key: 'u', a: { b: 'DE' } }, false],
      ['a name may hold a tilde', at('a~1b', GERMANS), { key: 'u', 'a~1b': 'DE' }, true],
      ['a name may hold a dot', at('a.b', GERMANS), { key: 'u', 'a.b': 'DE' }, true],
      ['a name with a dot is no path', at('a.b', EXISTS), { key: 'u', a: { b: 'DE' } }, false],
      ['an element of an array', at('/countries/1', GERMANS), { key: 'u', countries: ['FR', 'DE'] }, true],
      ['an element that is not there', at('/countries/2'), { key: 'u', countries: ['FR', 'DE'] }, false],
      ['an array has no other names', at('/countries/length'), { key: 'u', countries: ['FR'] }, false],
      ['a negative index', at('/countries/-1'), { key: 'u', countries: ['FR'] }, false],
      ['a property of an element', at('/stays/0/country', GERMANS), { key: 'u', stays: [{ country: 'DE' }] }, true],
      ['a number as a name', at('/years/2026', GERMANS), { key: 'u', years: { 2026: 'DE' } }, true],
      ['a text has no characters by index', at('/country/0'), { key: 'u', country: 'DE' }, false],
      ['a name that is not ASCII', at('größe', GERMANS), { key: 'u', größe: 'DE' }, true],
      ['a path of names that are not ASCII', at('/адрес/国', GERMANS), { key: 'u', адрес: { 国: 'DE' } }, true],
      ['an empty name', at('', GERMANS), { key: 'u', '': 'DE' }, true],
      ['a path with an empty name', at('/a/', GERMANS), { key: 'u', a: { '': 'DE' } }, true],
    ]),
    ...clauseCases(special, [
      ['the key', at('key', { ...GERMANS, values: ['u-1'] }), { key: 'u-1' }, true],
      ['the key as a path', at('/key', { ...GERMANS, values: ['u-1'] }), { key: 'u-1' }, true],
      ['a number as the key is its decimal text', at('key', { ...GERMANS, values: ['42'] }), { key: 42 }, true],
      ['a number as the key is no number any more', at('key', { ...GERMANS, values: [42] }), { key: 42 }, false],
      ['a keyless context has no key', at('key'), { country: 'DE' }, false],
      ['null is no key', at('key'), { key: null }, false],
      [
        'the key of another kind',
        of('org', at('key', { ...GERMANS, values: ['o-1'] })),
        { user: { key: 'u' }, org: { key: 'o-1' } },
        true,
      ],
      ['the kind of a context that names none', at('kind', { ...GERMANS, values: ['user'] }), { key: 'u' }, true],
      ['the kind of an empty context', at('kind', { ...GERMANS, values: ['user'] }), {}, true],
      ['below the key there is nothing', at('/key/0'), { key: 'u-1' }, false],
      ['below the kind there is nothing', at('/kind/0'), { key: 'u-1' }, false],
      ['the kind of a context without anything', at('kind', { ...GERMANS, values: ['user'] }), null, true],
      [
        'the kind of a single context',
        of('org', at('kind', { ...GERMANS, values: ['org'] })),
        { kind: 'org', key: 'o' },
        true,
      ],
      [
        'the kind of each of several',
        of('org', at('kind', { ...GERMANS, values: ['org'] })),
        { kind: 'multi', user: {}, org: {} },
        true,
      ],
      ['the kind that is not there', of('org', at('kind')), { key: 'u' }, false],
      ['anonymous', at('anonymous', { ...GERMANS, values: [true] }), { key: 'u', anonymous: true }, true],
      ['anonymous is missing', not(at('anonymous', { ...GERMANS, values: [true] })), { key: 'u' }, false],
      ['anonymous is null', not(at('anonymous', { ...GERMANS, values: [true] })), { key: 'u', anonymous: null }, false],
    ]),
    ...clauseCases(own, [
      ['an attribute named __proto__', at('__proto__', GERMANS), { key: 'u', ['__proto__']: 'DE' }, true],
      [
        'an attribute named __proto__ further down',
        at('/a/__proto__', GERMANS),
        { key: 'u', a: { ['__proto__']: 'DE' } },
        true,
      ],
      ['constructor', at('constructor'), { key: 'u' }, false],
      ['toString', at('toString'), { key: 'u' }, false],
      ['__proto__', at('__proto__'), { key: 'u' }, false],
      ['__proto__ further down', at('/address/__proto__'), { key: 'u', address: {} }, false],
      ['constructor/name', at('/address/constructor/name'), { key: 'u', address: {} }, false],
      ['an attribute of that name', at('constructor', GERMANS), { key: 'u', constructor: 'DE' }, true],
      ['an attribute named hasOwnProperty', at('hasOwnProperty', GERMANS), { key: 'u', hasOwnProperty: 'DE' }, true],
      [
        'what the context inherits',
        at('country'),
        { $: 'inherits', from: { country: 'DE' }, own: { key: 'u' } },
        false,
      ],
      [
        'what an inner object inherits',
        at('/a/country'),
        { key: 'u', a: { $: 'inherits', from: { country: 'DE' }, own: {} } },
        false,
      ],
      [
        'a context without a prototype',
        at('country', GERMANS),
        { $: 'null-prototype', own: { key: 'u', country: 'DE' } },
        true,
      ],
    ]),
    ...clauseCases(exists, [
      ['exists: a text', EXISTS, { key: 'u', country: 'DE' }, true],
      ['exists: an empty text', EXISTS, { key: 'u', country: '' }, true],
      ['exists: zero', EXISTS, { key: 'u', country: 0 }, true],
      ['exists: false', EXISTS, { key: 'u', country: false }, true],
      ['exists: an empty array', EXISTS, { key: 'u', country: [] }, true],
      ['exists: an array of null', EXISTS, { key: 'u', country: [null] }, true],
      ['exists: an object', EXISTS, { key: 'u', country: {} }, true],
      ['exists: null', EXISTS, { key: 'u', country: null }, false],
      ['exists: missing', EXISTS, { key: 'u' }, false],
      ['exists: not a number', EXISTS, { key: 'u', country: { $: 'nan' } }, false],
      ['exists, negated: there', not(EXISTS), { key: 'u', country: 'DE' }, false],
      ['exists, negated: false is there', not(EXISTS), { key: 'u', country: false }, false],
      ['exists, negated: null', not(EXISTS), { key: 'u', country: null }, true],
      ['exists, negated: missing', not(EXISTS), { key: 'u' }, true],
      ['exists, negated: a kind that is not there', not(of('org', EXISTS)), { key: 'u', country: 'DE' }, true],
      ['exists, negated: no context', not(EXISTS), null, true],
    ]),
  ],
};
