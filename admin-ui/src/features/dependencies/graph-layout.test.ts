import type { DependencyView } from '@glidepath/server/api-types';
import { expect, test } from 'vitest';
import { layoutOf } from './graph-layout.ts';

const dependency = (flag: string, distance: number, needs: readonly string[]): DependencyView => ({
  flag,
  name: flag,
  distance,
  needs: needs.map((key) => ({ flag: key, variations: ['on'] })),
  state: 'on',
  share: null,
  label: 'On',
});

const view = { segments: [], takesDown: [] };

test('what is needed stands left of what needs it, one column per step', () => {
  const graph = layoutOf({
    ...view,
    flag: dependency('checkout', 0, ['payments']),
    prerequisites: [dependency('payments', 1, ['bank']), dependency('bank', 2, [])],
    dependants: [dependency('one-click', 1, ['checkout']), dependency('later', 1, ['checkout', 'bank'])],
  });
  expect(graph.nodes.map(({ dependency: { flag }, column }) => [flag, column]).sort()).toEqual([
    ['bank', 0],
    ['checkout', 2],
    ['later', 3],
    ['one-click', 3],
    ['payments', 1],
  ]);
  expect(graph.edges.map(({ from, to }) => `${from.dependency.flag} → ${to.dependency.flag}`).sort()).toEqual([
    'bank → later',
    'bank → payments',
    'checkout → later',
    'checkout → one-click',
    'payments → checkout',
  ]);
});

test('no two flags stand on the same place, and short columns stand in the middle', () => {
  const graph = layoutOf({
    ...view,
    flag: dependency('a', 0, []),
    prerequisites: [],
    dependants: ['b', 'c', 'd'].map((key) => dependency(key, 1, ['a'])),
  });
  expect(graph.nodes.map(({ column, row }) => `${column}/${row}`)).toEqual(['0/1', '1/0', '1/1', '1/2']);
  expect(graph.rows).toBe(3);
});

test('a flag alone is one place', () => {
  const graph = layoutOf({ ...view, flag: dependency('a', 0, ['gone']), prerequisites: [], dependants: [] });
  expect(graph).toMatchObject({ columns: 1, rows: 1, edges: [] });
});
