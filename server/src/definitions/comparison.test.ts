import type { SegmentDefinition } from '@glidepath/core/definition';
import { expect, test } from 'vitest';
import { compare } from './comparison.ts';
import type { Present } from './present.ts';

const NOTHING: Present = { environments: [], flags: new Map(), segments: new Map(), revisionOf: () => undefined };
const FACTS = { now: 0, actor: 'member:ana', origin: 'code', newId: () => 'id' } as const;

test('ten thousand definitions that are wrong everywhere are refused for the first faults, not for a million', async () => {
  let looked = 0;
  const wrong = (index: number): SegmentDefinition => ({
    key: `segment-${index}`,
    get environments() {
      looked += 1;
      return Object.fromEntries(Array.from({ length: 100 }, (_, one) => [`nowhere-${one}`, {}]));
    },
  });
  const segments = Array.from({ length: 10_000 }, (_, index) => wrong(index));
  const { parts, problems } = await compare({ flags: [], segments }, NOTHING, FACTS, async () => undefined);
  expect([parts, problems.length]).toEqual([[], 20]);
  expect(looked).toBeLessThan(10);
});
