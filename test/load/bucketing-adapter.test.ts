import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openEnvironment } from '@glidepath/core';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import vectors from '../../core/src/evaluate/testdata/bucketing-vectors.json' with { type: 'json' };

interface Adapter {
  bucket(flagKey: string, salt: string | null, targetingKey: string | number): number;
  inRollout(flagKey: string, salt: string | null, targetingKey: string, percent: number): boolean;
  assign(flagKey: string, salt: string | null, targetingKey: string, weights: readonly number[]): number;
}
const adapter = new URL('./bucketing-adapter.mjs', import.meta.url).href;
const { assign, bucket, inRollout }: Adapter = await import(adapter);

const people = Array.from({ length: 2_000 }, (_, i) => `user-${i}`);

describe('the adapter for statistical batteries', () => {
  test('has the golden buckets, with a salt and with the flag key in its place', () => {
    for (const { salt, value, bucket: golden } of vectors.vectors) {
      expect(Math.round(bucket('another-flag', salt, value) * 100_000)).toBe(golden);
      if (salt !== '') expect(Math.round(bucket(salt, null, value) * 100_000)).toBe(golden);
    }
  });

  test('assigns everybody the variation that the evaluator serves', () => {
    const weights = [0.1, 0.25, 0, 0.333, 0.317];
    const ranges = [
      [10_000, 0],
      [35_000, 1],
      [68_300, 3],
      [100_000, 4],
    ] as const;
    const split = { fallthrough: { split: { ranges } } };
    const variations = weights.map((_, i) => ({ key: `v${i}`, value: i }));
    const items = [flagItem('many', { type: 'number', variations, ...split })];
    const environment = openEnvironment(items, { matches: () => () => false });
    for (const key of people)
      expect([key, assign('many', null, key, weights)]).toEqual([key, environment.value('many', { key }, -1)]);
  });

  test('lets in exactly those below the percentage, to a thousandth', () => {
    for (const key of people) {
      const share = bucket('ramp', 'salt', key) * 100;
      expect(inRollout('ramp', 'salt', key, share)).toBe(false);
      expect(inRollout('ramp', 'salt', key, share + 0.001)).toBe(true);
    }
  });

  test('takes numbers as their decimal strings, and refuses weights that do not sum to 1', () => {
    expect(bucket('flag', null, 42)).toBe(bucket('flag', null, '42'));
    expect(() => assign('flag', null, 'user-1', [0.5, 0.4])).toThrow(RangeError);
  });

  test('is the built core when Node imports it', () => {
    const program = `import { bucket } from '${adapter}'; console.log(bucket('new-checkout', null, 'user-1'));`;
    const options = { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) } as const;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], options);
    expect([stdout, stderr]).toEqual(['0.11929\n', '']);
  });
});
