import { describe, expect, test } from 'vitest';
import { leastRatio } from './least-ratio.ts';
import ratios from './ratios.json' with { type: 'json' };
import { measureHeap } from './rounds.ts';

const CALLS = 1_000_000;

describe('an evaluation through the built SDK, with counting', () => {
  test('of one of 1,000 flags costs no more than of one of 10', async () => {
    const limit = ratios.oneOfThousandAtMostTimesOneOfTen;
    const ratio = await leastRatio({ library: 'ours', shape: 'e' }, { library: 'ours', shape: 'b' }, limit);
    expect(ratio).toBeLessThanOrEqual(limit);
  });

  test.for(['a', 'b', 'c', 'd', 'e'] as const)('(%s) leaves nothing on the heap', async (shape) => {
    expect(await measureHeap({ library: 'ours', shape }, CALLS)).toBeLessThan(ratios.bytesPerCallBelow);
  });
});
