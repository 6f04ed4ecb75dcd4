import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { DiffView } from './diff-view.tsx';
import { KitProvider } from './kit-provider.tsx';
import { lineDiff } from './line-diff.ts';

afterEach(cleanup);

describe('a difference of two lists of lines', () => {
  test('keeps what stayed and marks what went and what came, in reading order', () => {
    expect(
      lineDiff(['staff → new', 'everyone else → old'], ['staff → new', 'RO → new', 'everyone else → old']),
    ).toEqual([
      { kind: 'same', text: 'staff → new' },
      { kind: 'added', text: 'RO → new' },
      { kind: 'same', text: 'everyone else → old' },
    ]);
  });

  test('shows a changed line as the old one and then the new one', () => {
    expect(lineDiff(['everyone → new 10 %'], ['everyone → new 25 %']).map((line) => line.kind)).toEqual([
      'removed',
      'added',
    ]);
  });

  test('loses no line of either side, whatever the lists', () => {
    const words = ['a', 'b', 'c'];
    const lists = words.flatMap((x) => words.flatMap((y) => [[x], [x, y], [x, y, 'a'], []]));
    for (const before of lists) {
      for (const after of lists) {
        const lines = lineDiff(before, after);
        const without = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text);
        expect(without('added')).toEqual(before);
        expect(without('removed')).toEqual(after);
      }
    }
  });
});

test('says in words, not by colour alone, which lines are removed and which are added', () => {
  render(
    <KitProvider>
      <DiffView label="Who gets what" before={['all get old']} after={['all get new']} />
    </KitProvider>,
  );
  const lines = screen.getAllByRole('listitem').map((line) => line.textContent);
  expect(lines).toEqual(['−Removed: all get old', '+Added: all get new']);
});
