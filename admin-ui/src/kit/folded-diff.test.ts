import { expect, test } from 'vitest';
import { type FoldedLine, foldedDiff } from './folded-diff.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`);
const shown = (lines: readonly FoldedLine[]) =>
  lines.map((line) => (line.kind === 'skipped' ? `(${line.count})` : `${line.kind} ${line.text}`));

test('what is the same far from a change is only counted', () => {
  const before = numbered(20);
  const after = before.with(10, 'other');
  expect(shown(foldedDiff(before, after))).toEqual([
    '(7)',
    ...['same line 7', 'same line 8', 'same line 9', 'removed line 10', 'added other'],
    ...['same line 11', 'same line 12', 'same line 13', '(6)'],
  ]);
});

test('two lists that are the same are one count', () => {
  expect(shown(foldedDiff(numbered(9), numbered(9)))).toEqual(['(9)']);
});

test('lists too long to be compared line by line are removed and added as a whole, between what they share', () => {
  const before = ['head', ...Array.from({ length: 3_000 }, (_, i) => `a${i}`), 'tail'];
  const after = ['head', ...Array.from({ length: 3_000 }, (_, i) => `b${i}`), 'tail'];
  const lines = foldedDiff(before, after);
  expect(lines.filter((line) => line.kind === 'removed')).toHaveLength(3_000);
  expect(lines.filter((line) => line.kind === 'added')).toHaveLength(3_000);
  expect(shown(lines).at(0)).toBe('same head');
  expect(shown(lines).at(-1)).toBe('same tail');
});

test('no line of either side is lost, whatever the lists', () => {
  const lists = Array.from({ length: 6 }, (_, length) => listsOf(length)).flat();
  for (const before of lists) {
    for (const after of lists) {
      const lines = foldedDiff([...'xxxxx', ...before], [...'xxxxx', ...after]);
      const count = (kind: FoldedLine['kind']) =>
        lines.reduce((sum, line) => sum + (line.kind === kind ? ('count' in line ? line.count : 1) : 0), 0);
      const unchanged = count('same') + count('skipped');
      expect(unchanged + count('removed')).toBe(before.length + 5);
      expect(unchanged + count('added')).toBe(after.length + 5);
    }
  }
});

/** Every list of this many lines that say `a` or `b`. */
function listsOf(length: number): readonly (readonly string[])[] {
  if (length === 0) return [[]];
  return listsOf(length - 1).flatMap((rest) => [
    ['a', ...rest],
    ['b', ...rest],
  ]);
}
