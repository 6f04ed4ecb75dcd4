import { type Draft, flag, type Table } from './kit.ts';

const multi =
  "An object with its own `kind: 'multi'`, or with neither an own `key` nor an own `kind` and nothing but plain objects, is one context per kind.";
const single = 'Any other object is one context, of kind `user` unless it names another.';
const key = '`key` is a non-empty string or a finite number, used as its decimal string.';
const keyless = 'A keyless context matches no individual target.';
const nothing = '`null` and `undefined` stand for a keyless `user` without attributes.';
const invalid = '`INVALID_CONTEXT`: not an object, a key that is none, an illegal kind name, a getter that throws.';
const dropped = 'In a multi-context a kind that is not an object is dropped; the rest is used.';

/** Names the kind by whose key the context was found. */
const WHO = flag({
  type: 'string',
  variations: ['user', 'org', 'address', 'none'].map((name) => ({ key: name, value: name })),
  off: 3,
  targets: [
    { variation: 0, contextKind: 'user', keys: ['k', '42', '-1.5', '0', 'ключ', '__proto__', 'constructor'] },
    { variation: 1, contextKind: 'org', keys: ['k', '42'] },
    { variation: 2, contextKind: 'address', keys: ['k'] },
  ],
  fallthrough: { variation: 3 },
});

type Row = readonly [name: string, context: unknown, found: 'user' | 'org' | 'address' | 'none' | 'INVALID_CONTEXT'];

const found = (shows: string, rows: readonly Row[]): readonly Draft[] =>
  rows.map(([name, context, who]) => ({
    name,
    shows,
    items: [WHO],
    context,
    fallback: '',
    gives: givesOf(who),
  }));

function givesOf(who: Row[2]): string {
  if (who === 'INVALID_CONTEXT') return 'ERROR INVALID_CONTEXT';
  return who === 'none' ? 'none FALLTHROUGH' : `${who} TARGET_MATCH`;
}

const SAME_FOR_ALL = flag({ fallthrough: { variation: 0 } });

const INVALID: readonly Row[] = [
  ['a text', 'k', 'INVALID_CONTEXT'],
  ['an empty text', '', 'INVALID_CONTEXT'],
  ['a number', 7, 'INVALID_CONTEXT'],
  ['true', true, 'INVALID_CONTEXT'],
  ['false', false, 'INVALID_CONTEXT'],
  ['an array', [{ key: 'k' }], 'INVALID_CONTEXT'],
  ['an empty array', [], 'INVALID_CONTEXT'],
  ['a function', { $: 'function' }, 'INVALID_CONTEXT'],
  ['a symbol', { $: 'symbol' }, 'INVALID_CONTEXT'],
  ['a big integer', { $: 'bigint' }, 'INVALID_CONTEXT'],
  ['a revoked proxy', { $: 'revoked-proxy' }, 'INVALID_CONTEXT'],
  ['an empty key', { key: '' }, 'INVALID_CONTEXT'],
  ['true as the key', { key: true }, 'INVALID_CONTEXT'],
  ['an object as the key', { key: {} }, 'INVALID_CONTEXT'],
  ['an array as the key', { key: ['k'] }, 'INVALID_CONTEXT'],
  ['not a number as the key', { key: { $: 'nan' } }, 'INVALID_CONTEXT'],
  ['infinity as the key', { key: { $: 'infinity' } }, 'INVALID_CONTEXT'],
  ['a big integer as the key', { key: { $: 'bigint' } }, 'INVALID_CONTEXT'],
  ['a bad key in one of two kinds', { user: { key: 'k' }, org: { key: '' } }, 'INVALID_CONTEXT'],
  ['a bad key in a kind that nobody asks for', { user: { key: 'k' }, device: { key: false } }, 'INVALID_CONTEXT'],
  ['the kind "kind"', { kind: 'kind', key: 'k' }, 'INVALID_CONTEXT'],
  ['an empty kind', { kind: '', key: 'k' }, 'INVALID_CONTEXT'],
  ['a kind with a space', { kind: 'a b', key: 'k' }, 'INVALID_CONTEXT'],
  ['a kind of 65 characters', { kind: 'a'.repeat(65), key: 'k' }, 'INVALID_CONTEXT'],
  ['a kind that is not ASCII', { kind: 'größe', key: 'k' }, 'INVALID_CONTEXT'],
  ['a kind that is a number', { kind: 7, key: 'k' }, 'INVALID_CONTEXT'],
  ['a kind that is an object', { kind: { key: 'k' } }, 'INVALID_CONTEXT'],
  ['one of two kinds with a space', { 'a b': { key: 'k' }, user: { key: 'k' } }, 'INVALID_CONTEXT'],
  ['marked, one of two kinds with a slash', { kind: 'multi', 'a/b': {}, user: { key: 'k' } }, 'INVALID_CONTEXT'],
  ['a key that throws', { key: { $: 'throws' } }, 'INVALID_CONTEXT'],
  ['a kind that throws', { kind: { $: 'throws' }, key: 'k' }, 'INVALID_CONTEXT'],
  ['a body that throws', { kind: 'multi', org: { $: 'throws' } }, 'INVALID_CONTEXT'],
];

export const contexts: Table = {
  file: 'contexts',
  about: 'Who or what a flag is evaluated for.',
  drafts: [
    ...found(single, [
      ['a key alone', { key: 'k' }, 'user'],
      ['a key and attributes', { key: 'k', plan: 'pro' }, 'user'],
      ['of kind user by name', { kind: 'user', key: 'k' }, 'user'],
      ['of another kind', { kind: 'org', key: 'k' }, 'org'],
      ['a kind that is null names none', { kind: null, key: 'k' }, 'user'],
      ['a kind of 64 characters', { kind: 'a'.repeat(64), key: 'k' }, 'none'],
      ['a kind of all characters that kinds have', { kind: 'A-z_0.9', key: 'k' }, 'none'],
      ['kinds are case-sensitive', { kind: 'User', key: 'k' }, 'none'],
      ['a key beside an object', { key: 'k', org: { key: 'k' } }, 'user'],
      ['a kind beside an object', { kind: 'user', org: { key: 'k' } }, 'none'],
      ['a key that is null beside an object', { key: null, org: { key: 'k' } }, 'none'],
      ['an object beside a text', { org: { key: 'k' }, plan: 'pro' }, 'none'],
      ['an object beside null', { org: { key: 'k' }, user: null }, 'none'],
      ['an object beside an array', { org: { key: 'k' }, tags: [] }, 'none'],
      ['an object beside a Date', { org: { key: 'k' }, since: { $: 'date', ms: 1 } }, 'none'],
      ['an object beside an instance of a class', { org: { key: 'k' }, x: { $: 'instance', own: {} } }, 'none'],
      ['an instance of a class', { $: 'instance', own: { key: 'k' } }, 'user'],
      ['an object without a prototype', { $: 'null-prototype', own: { key: 'k' } }, 'user'],
      ['no property', {}, 'none'],
    ]),
    ...found(multi, [
      ['two kinds, marked', { kind: 'multi', user: { key: 'x' }, org: { key: 'k' } }, 'org'],
      ['two kinds, not marked', { user: { key: 'x' }, org: { key: 'k' } }, 'org'],
      ['one kind, marked', { kind: 'multi', org: { key: 'k' } }, 'org'],
      ['one kind, not marked', { org: { key: 'k' } }, 'org'],
      ['an attribute that is an object, and nothing else, is a kind', { address: { key: 'k' } }, 'address'],
      ['the target that comes first', { user: { key: 'k' }, org: { key: 'k' } }, 'user'],
      ['a kind that nobody asks for', { device: { key: 'k' } }, 'none'],
      ['bodies without keys', { user: {}, org: {} }, 'none'],
      ['a body without a prototype', { org: { $: 'null-prototype', own: { key: 'k' } } }, 'org'],
      [
        'marked, a body that is an instance of a class',
        { kind: 'multi', org: { $: 'instance', own: { key: 'k' } } },
        'org',
      ],
      ['marked, with no body', { kind: 'multi' }, 'none'],
      ['the marker beside a key', { kind: 'multi', key: 'k', org: { key: 'k' } }, 'org'],
      ['a kind inside a body is an attribute', { org: { kind: 'user', key: 'k' }, user: { key: 'x' } }, 'org'],
      ['a kind with the name of a method', { toString: { key: 'k' }, org: { key: 'k' } }, 'org'],
    ]),
    ...found(dropped, [
      ['a kind that is a text', { kind: 'multi', user: 'k', org: { key: 'k' } }, 'org'],
      ['a kind that is null', { kind: 'multi', user: null, org: { key: 'k' } }, 'org'],
      ['a kind that is an array', { kind: 'multi', user: [{ key: 'k' }], org: { key: 'k' } }, 'org'],
      ['a kind that is true', { kind: 'multi', user: true, org: { key: 'k' } }, 'org'],
      ['a kind that is a number', { kind: 'multi', user: 42, org: { key: 'x' } }, 'none'],
    ]),
    ...found(key, [
      ['a whole number', { key: 42 }, 'user'],
      ['a number with a fraction', { key: -1.5 }, 'user'],
      ['zero', { key: 0 }, 'user'],
      ['negative zero is zero', { key: { $: 'negative-zero' } }, 'user'],
      ['a whole number in a multi-context', { user: { key: 1 }, org: { key: 42 } }, 'org'],
      ['a key that is not ASCII', { key: 'ключ' }, 'user'],
      ['a key that starts like another', { key: 'k2' }, 'none'],
      ['keys are case-sensitive', { key: 'K' }, 'none'],
      ['a key is not trimmed', { key: ' k' }, 'none'],
      ['a text that reads as the same number', { key: '42.0' }, 'none'],
      ['the key __proto__', { key: '__proto__' }, 'user'],
      ['the key constructor', { key: 'constructor' }, 'user'],
      ['the key toString', { key: 'toString' }, 'none'],
      ['2^53 + 1', { key: 9007199254740992 }, 'none'],
    ]),
    ...found(keyless, [
      ['no key', { plan: 'pro' }, 'none'],
      ['null as the key', { key: null, plan: 'pro' }, 'none'],
      ['undefined as the key', { key: { $: 'undefined' } }, 'none'],
      ['null as the key in a multi-context', { user: { key: null }, org: { key: 'k' } }, 'org'],
      ['an inherited key', { $: 'inherits', from: { key: 'k' }, own: { plan: 'pro' } }, 'none'],
    ]),
    ...found(nothing, [
      ['null', null, 'none'],
      ['undefined', { $: 'undefined' }, 'none'],
    ]),
    ...found(invalid, INVALID).map((draft) => ({ ...draft, name: `invalid: ${draft.name}` })),
    ...found(invalid, INVALID).map((draft) => ({
      ...draft,
      name: `invalid, for a flag that is the same for everybody: ${draft.name}`,
      items: [SAME_FOR_ALL],
      fallback: false,
    })),
    {
      name: 'invalid: an attribute that throws where a clause reads it',
      shows: invalid,
      items: [
        flag({
          rules: [{ id: 'r', clauses: [{ attribute: 'a', operator: 'exists', values: [] }], serve: { variation: 0 } }],
        }),
      ],
      context: { key: 'k', a: { $: 'throws' } },
      gives: 'ERROR INVALID_CONTEXT',
    },
    {
      name: 'an attribute that throws where nobody reads it',
      shows: single,
      items: [WHO],
      context: { key: 'k', a: { $: 'throws' } },
      fallback: '',
      gives: 'user TARGET_MATCH',
    },
  ],
};
