import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { defineFlag } from './index.ts';
import { testPlatform } from './testing-platform.ts';
import { KEY, reported, user, world } from './testing-world.ts';

const json = (key: string, ...values: readonly (object | null)[]) =>
  flagItem(key, {
    type: 'json',
    variations: values.map((value, index) => ({ key: `v${index}`, value: value as never })),
    off: values.length - 1,
  });

const limits = json('limits', { perMinute: 6, burst: [1, 2] }, { perMinute: 0, burst: [] });

/** A schema for numbers below 10 in `perMinute`; counts how often it runs. */
function limitsSchema() {
  const schema = {
    runs: 0,
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate(value: unknown) {
        schema.runs += 1;
        const { perMinute } = value as { perMinute: number };
        return perMinute < 10 ? { value: value as { perMinute: number } } : { issues: [{ message: 'too many' }] };
      },
    },
  };
  return schema;
}

describe('a declared flag', () => {
  const checkout = defineFlag('new-checkout', { fallback: false });

  test('is asked for like a key, and brings its fallback along', () => {
    const { flags } = world();
    expect(flags.variation(checkout, user)).toBe(true);
    expect(flags.variationDetail(checkout, user)).toEqual(flags.variationDetail('new-checkout', user, false));
    expect(flags.forContext(user).variation(checkout)).toBe(true);
    expect(flags.variation(defineFlag('missing', { fallback: 7 }), user)).toBe(7);
  });

  test('counts like its key', async () => {
    const here = world();
    here.flags.variation(checkout, user);
    expect(await reported(here)).toEqual({ 'new-checkout on': 1 });
  });

  test('S18: a schema runs once for each version of a flag, and JSON is frozen and the same on every read', () => {
    const schema = limitsSchema();
    const flag = defineFlag('limits', { fallback: { perMinute: 1 }, schema });
    const { flags, change } = world({}, [limits]);
    const first = flags.variation(flag, user);
    for (let read = 0; read < 100_000; read += 1) if (flags.variation(flag, user) !== first) throw new Error('another');
    expect(first).toEqual({ perMinute: 6, burst: [1, 2] });
    expect(() => (first as { burst?: number[] }).burst?.push(3)).toThrow(TypeError);
    expect(schema.runs).toBe(1);
    change(json('other', {}));
    expect(flags.forContext(user).variation(flag)).toBe(first);
    expect(schema.runs).toBe(1);
    change(json('limits', { perMinute: 7 }));
    expect(flags.variation(flag, user)).toEqual({ perMinute: 7 });
    expect(schema.runs).toBe(2);
  });

  test('S18: what its schema rejects is the fallback, and counted as such', async () => {
    const schema = limitsSchema();
    const flag = defineFlag('limits', { fallback: { perMinute: 1 }, schema });
    const here = world({}, [json('limits', { perMinute: 60 })]);
    expect(here.flags.variation(flag, user)).toEqual({ perMinute: 1 });
    expect(here.flags.forContext(user).variationDetail(flag)).toMatchObject({
      value: { perMinute: 1 },
      variation: null,
      reason: { kind: 'ERROR', errorKind: 'TYPE_MISMATCH', message: expect.stringContaining('too many') },
    });
    expect(schema.runs).toBe(1);
    expect(await reported(here)).toEqual({ 'limits TYPE_MISMATCH': 2 });
  });
});

describe('the type of a value', () => {
  test('tells arrays from objects, and such an answer is counted as a fault', async () => {
    const here = world({}, [limits, json('list', [1, 2])]);
    expect(here.flags.variation('limits', user, {})).toEqual({ perMinute: 6, burst: [1, 2] });
    expect(here.flags.variation('limits', user, [9])).toEqual([9]);
    expect(here.flags.variation('list', user, { a: 1 })).toEqual({ a: 1 });
    expect(here.flags.variation('list', user, [] as number[])).toEqual([1, 2]);
    expect(here.flags.variation('list', user, null)).toEqual([1, 2]);
    expect(here.flags.variationDetail('list', user, {}).reason).toMatchObject({ errorKind: 'TYPE_MISMATCH' });
    expect(await reported(here)).toEqual({
      'limits v0': 1,
      'limits TYPE_MISMATCH': 1,
      'list v0': 2,
      'list TYPE_MISMATCH': 2,
    });
  });
});

describe('a context that is none', () => {
  test('is warned of once for each flag and fault, without what it held', () => {
    const { flags, platform } = world({}, [
      flagItem('ruled', {
        rules: [
          { id: 'r', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 0 } },
        ],
      }),
    ]);
    const secret = {
      key: 'u-1',
      get plan(): string {
        throw new Error('secret of u-1');
      },
    };
    for (let call = 0; call < 5; call += 1) {
      expect(flags.variation('ruled', { key: Number.NaN }, false)).toBe(false);
      platform.advance(120_000);
      flags.variation('ruled', secret, false);
      platform.advance(120_000);
    }
    const warnings = platform.lines.filter((line) => line.includes('GP1301'));
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).not.toContain('secret');
  });
});

describe('an override', () => {
  const overridden = (text: string) => {
    const platform = testPlatform({ GLIDEPATH_OVERRIDES: text });
    const flags = createClientOn(platform, KEY);
    platform.accept(1, [limits, flagItem('new-checkout')], { overrides: true });
    return { platform, flags };
  };

  test('that is an array where an object is wanted is the fallback, and takes nothing from what was counted', async () => {
    const here = overridden('{"limits": [1]}');
    expect(here.flags.variation('limits', user, [] as number[])).toEqual([1]);
    expect(here.flags.variation('limits', user, { perMinute: 1 })).toEqual({ perMinute: 1 });
    expect(here.flags.forContext(user).variation('limits', { perMinute: 2 })).toEqual({ perMinute: 2 });
    expect(await reported(here)).toEqual({ 'limits TYPE_MISMATCH': 2 });
  });

  test('of another type leaves the answer to the rules, in a scope too', () => {
    const { flags } = overridden('{"new-checkout": "yes"}');
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(flags.variationDetail('new-checkout', user, false).value).toBe(true);
    expect(flags.forContext(user).variation('new-checkout', false)).toBe(true);
    expect(flags.forContext(user).variation('new-checkout', 'no')).toBe('yes');
  });
});
