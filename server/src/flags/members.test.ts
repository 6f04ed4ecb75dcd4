import { describe, expect, test } from 'vitest';
import { RefusedError } from '../errors.ts';
import { instructionsOf, type MemberLine, membersEffectOf, membersOf, parseMembers } from './members.ts';

const line = (op: MemberLine['op'], key: string, list: MemberLine['list'] = 'included'): MemberLine => ({
  op,
  list,
  contextKind: 'user',
  key,
});

function refusalOf(text: string) {
  try {
    parseMembers(text);
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a members import', () => {
  test('reads lines and arrays alike, and skips blank lines', () => {
    const lines = [line('add', 'a'), line('remove', 'b')];
    const asLines = lines.map((entry) => JSON.stringify(entry)).join('\n\n');
    expect(parseMembers(`${asLines}\r\n`)).toEqual(lines);
    expect(parseMembers(JSON.stringify(lines))).toEqual(lines);
  });

  test.for([
    ['no JSON', 'x\n'],
    ['no members', '1\n'],
  ] as const)('of a million lines that are %s is given up in a moment', ([, bad]) => {
    const started = performance.now();
    expect(refusalOf(bad.repeat(1_000_000)).errors).toHaveLength(20);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test.for(['[', '{"a":', '[{"a":'])('of a million times %s is refused in a moment', (opening) => {
    const started = performance.now();
    expect(refusalOf(opening.repeat(1_000_000)).errors).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('takes brackets and quotes in keys for what they are', () => {
    const lines = [line('add', '['.repeat(100)), line('add', '{"\\'.repeat(100))];
    expect(parseMembers(JSON.stringify(lines))).toEqual(lines);
  });

  test.for([
    ['NUL', '\0'],
    ['half of a surrogate pair', '\ud800'],
  ] as const)('refuses a key with %s', ([, part]) => {
    expect(refusalOf(JSON.stringify(line('add', `a${part}b`))).errors).toMatchObject([{ pointer: '/0/key' }]);
  });

  test('names the lines at fault', () => {
    const text = [JSON.stringify(line('add', 'a')), '{"op":"put"}', 'x'].join('\n');
    expect(refusalOf(text).errors).toMatchObject([
      { pointer: '/1/op' },
      { pointer: '/2', detail: 'line 3: is no valid JSON' },
    ]);
    expect(refusalOf('[{"op":"put"}]').errors?.[0]).toMatchObject({ pointer: '/0/op' });
  });

  test('takes own properties only', () => {
    expect(refusalOf('{"__proto__":{"op":"add","list":"included","contextKind":"user","key":"a"}}').code).toBe(
      'validation',
    );
  });

  test('lets the last line about a key decide, and touches each list at most twice', () => {
    const lines = [line('add', 'a'), line('add', 'b'), line('remove', 'a'), line('add', 'a', 'excluded')];
    expect(instructionsOf(lines)).toEqual([
      { kind: 'add-members', list: 'included', contextKind: 'user', keys: ['b'] },
      { kind: 'remove-members', list: 'included', contextKind: 'user', keys: ['a'] },
      { kind: 'add-members', list: 'excluded', contextKind: 'user', keys: ['a'] },
    ]);
  });

  test('lists members in the order of the lists', () => {
    const config = {
      included: [{ contextKind: 'user', keys: ['a', 'b'] }],
      excluded: [{ contextKind: 'org', keys: ['c'] }],
      rules: [],
    };
    expect(membersOf(config).map(({ list, contextKind, key }) => `${list} ${contextKind} ${key}`)).toEqual([
      'included user a',
      'included user b',
      'excluded org c',
    ]);
  });

  test('finds members by a part of the key, by list and by kind', () => {
    const config = {
      included: [
        { contextKind: 'user', keys: ['Ana@one.example', 'radu'] },
        { contextKind: 'org', keys: ['one'] },
      ],
      excluded: [{ contextKind: 'user', keys: ['one-more'] }],
      rules: [],
    };
    const found = (filter: Parameters<typeof membersOf>[1]) => membersOf(config, filter).map(({ key }) => key);
    expect(found({ q: 'ONE' })).toEqual(['Ana@one.example', 'one', 'one-more']);
    expect(found({ q: 'one', list: 'included' })).toEqual(['Ana@one.example', 'one']);
    expect(found({ contextKind: 'org' })).toEqual(['one']);
    expect(found({ list: 'excluded', contextKind: 'org' })).toEqual([]);
  });

  test('tells what is new from what is so already', () => {
    const config = { included: [{ contextKind: 'user', keys: ['a', 'b'] }], excluded: [], rules: [] };
    const lines = [
      line('add', 'a'),
      line('add', 'c'),
      line('add', 'd', 'excluded'),
      line('remove', 'b'),
      line('remove', 'x'),
    ];
    expect(membersEffectOf(config, instructionsOf(lines))).toEqual({ added: 2, removed: 1, unchanged: 2 });
  });
});
