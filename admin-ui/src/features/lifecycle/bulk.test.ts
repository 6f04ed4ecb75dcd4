import { expect, test } from 'vitest';
import { ApiError } from '../../lib/problem.ts';
import { inTurn, ofKind } from './bulk.ts';

test('several flags are done one by one, past what is refused and those whose key must be typed', async () => {
  const acted: string[] = [];
  const steps: number[] = [];
  const outcomes = await inTurn(['a', 'needed', 'asked', 'since-asked', 'b'], {
    async act(flag) {
      acted.push(flag);
      if (flag === 'needed') throw new Error('`b` needs it.');
      if (flag === 'since-asked') throw new ApiError(409, { code: 'confirmation-needed' });
      return { needsTyping: flag === 'asked' };
    },
    onStep: (done) => steps.push(done),
  });
  expect(acted).toEqual(['a', 'needed', 'asked', 'since-asked', 'b']);
  expect(steps).toEqual([1, 2, 3, 4, 5]);
  expect(ofKind(outcomes, 'done').map(({ flag }) => flag)).toEqual(['a', 'b']);
  expect(ofKind(outcomes, 'typed').map(({ flag }) => flag)).toEqual(['asked', 'since-asked']);
  expect(ofKind(outcomes, 'refused')).toEqual([{ flag: 'needed', kind: 'refused', why: '`b` needs it.' }]);
});
