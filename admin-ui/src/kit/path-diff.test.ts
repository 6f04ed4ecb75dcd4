import type { Json } from '@glidepath/core';
import { expect, test } from 'vitest';
import { pathDiff } from './path-diff.ts';

const rule = (id: string, share: number): Json => ({ id, serve: { weights: { on: share } } });

test.for<[before: Json, after: Json, changes: readonly (readonly [path: string, before: unknown, after: unknown])[]]>([
  [{ on: true }, { on: true }, []],
  [{ on: true, salt: 's' }, { on: false, salt: 's' }, [['on', true, false]]],
  [
    { a: 1 },
    { b: 2 },
    [
      ['a', 1, undefined],
      ['b', undefined, 2],
    ],
  ],
  [{ rules: [rule('x', 1)] }, { rules: [rule('x', 2)] }, [['rules x serve weights on', 1, 2]]],
  [{ rules: [] }, { rules: [rule('x', 1)] }, [['rules x', undefined, rule('x', 1)]]],
  [
    { rules: [rule('x', 1), rule('y', 1)] },
    { rules: [rule('y', 1), rule('x', 1)] },
    [['rules order', ['x', 'y'], ['y', 'x']]],
  ],
  [{ tags: ['a', 'b'] }, { tags: ['b'] }, [['tags', ['a', 'b'], ['b']]]],
  [{ ranges: [{ to: 1 }] }, { ranges: [{ to: 2 }] }, [['ranges', [{ to: 1 }], [{ to: 2 }]]]],
  [{ value: { a: 1 } }, { value: null }, [['value', { a: 1 }, null]]],
])('from %j to %j differs in %j', ([before, after, changes]) => {
  expect(pathDiff(before, after).map((change) => [change.path.join(' '), change.before, change.after])).toEqual(
    changes,
  );
});

test('an element that came while others moved is told from one that moved', () => {
  const changes = pathDiff(
    { rules: [rule('x', 1), rule('y', 1)] },
    { rules: [rule('y', 1), rule('z', 1), rule('x', 1)] },
  );
  expect(changes.map((change) => change.path.join(' '))).toEqual(['rules z', 'rules order']);
});
