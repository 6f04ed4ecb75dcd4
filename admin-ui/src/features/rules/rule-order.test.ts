import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeRules, withMoved } from './rule-order.ts';

interface R {
  readonly id: string;
  readonly text: string;
}

const isSame = (a: R, b: R) => a.text === b.text;
const rules = (ids: string): readonly R[] => [...ids].map((id) => ({ id, text: id }));
const edited = (list: readonly R[], id: string, text: string) =>
  list.map((rule) => (rule.id === id ? { id, text } : rule));
const shown = (list: readonly R[]) => list.map(({ id, text }) => (id === text ? id : `${id}:${text}`)).join(' ');

const arbitraryRules: fc.Arbitrary<readonly R[]> = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), text: fc.constantFrom('1', '2') }),
  { selector: ({ id }) => id },
);

describe('rules that two people have edited', () => {
  const base = rules('abc');

  test('keep both changes when they are about different rules', () => {
    const merged = mergeRules({ base, theirs: edited(base, 'a', 'theirs'), mine: edited(base, 'c', 'mine') }, isSame);
    expect(shown(merged)).toBe('a:theirs b c:mine');
  });

  test('keep mine where both changed the same rule', () => {
    const merged = mergeRules({ base, theirs: edited(base, 'b', 'theirs'), mine: edited(base, 'b', 'mine') }, isSame);
    expect(shown(merged)).toBe('a b:mine c');
  });

  test('keep what each added, and drop what either removed', () => {
    const theirs = rules('acx');
    const mine = [...rules('abc').slice(1), ...rules('y')];
    expect(shown(mergeRules({ base, theirs, mine }, isSame))).toBe('c y x');
  });

  test('stand in my order if I moved one, else in theirs', () => {
    expect(shown(mergeRules({ base, theirs: rules('abc'), mine: rules('cab') }, isSame))).toBe('c a b');
    expect(shown(mergeRules({ base, theirs: rules('cab'), mine: rules('abc') }, isSame))).toBe('c a b');
  });

  test('are theirs if I did nothing, and mine if they did nothing', () => {
    fc.assert(
      fc.property(arbitraryRules, arbitraryRules, (start, end) => {
        expect(mergeRules({ base: start, theirs: end, mine: start }, isSame)).toEqual(end);
        expect(mergeRules({ base: start, theirs: start, mine: end }, isSame)).toEqual(end);
      }),
    );
  });
});

describe('a moved rule', () => {
  test('stands where it was asked to, and the others keep their order', () => {
    expect(shown(withMoved(rules('abcd'), 2, 0))).toBe('c a b d');
    expect(shown(withMoved(rules('abcd'), 0, 3))).toBe('b c d a');
  });

  test('cannot leave the list', () => {
    expect(shown(withMoved(rules('ab'), 0, -1))).toBe('a b');
    expect(shown(withMoved(rules('ab'), 1, 2))).toBe('a b');
  });
});
