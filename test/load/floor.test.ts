import { describe, expect, test } from 'vitest';
import { leastRatio } from './least-ratio.ts';
import ratios from './ratios.json' with { type: 'json' };

/** Those that a busy machine does not lift beyond their limit; the benchmark tells of the others. */
const STEADY = ['a', 'b', 'f'] as const;

describe('an evaluation through the built SDK, beside the least that any evaluator could do', () => {
  test.for(STEADY)('(%s) costs no more times as much than the goals allow', async (shape) => {
    const limit = ratios.atMostTimesTheFloor[shape];
    const ratio = await leastRatio({ library: 'ours', shape }, { library: 'floor', shape }, limit);
    expect(ratio).toBeLessThanOrEqual(limit);
  });
});
