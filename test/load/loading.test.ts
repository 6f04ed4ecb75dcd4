import { type FlagItem, openEnvironment } from '@glidepath/core';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';

const FLAGS = 10_000;
/** Three times the target: a test tells that something went wrong, the benchmark tells how fast it is. */
const LIMIT_MS = 3 * 150;

const split = {
  split: {
    ranges: [
      [10_000, 0],
      [100_000, 1],
    ],
  },
} as const;
const clause = (attribute: string, operator: string, values: readonly (string | number)[]) => ({
  attribute,
  operator,
  values,
});
const countries = 'DE AT CH FR BE NL LU DK SE NO FI IS EE LV LT PL CZ SK HU SI'.split(' ');

/** Each with three rules, a list of twenty, and a split, as they come out of JSON. */
const manyFlags = (): readonly FlagItem[] =>
  JSON.parse(
    JSON.stringify(
      Array.from({ length: FLAGS }, (_, i) =>
        flagItem(`flag-${i}`, {
          rules: [
            { id: 'country', clauses: [clause('country', 'in', countries)], serve: { variation: 0 } },
            { id: 'version', clauses: [clause('version', 'semver-at-least', ['3.2.0'])], serve: split },
            { id: 'staff', clauses: [clause('email', 'ends-with', ['@example.org'])], serve: { variation: 0 } },
          ],
          fallthrough: split,
        }),
      ),
    ),
  );

const engines = { matches: () => () => false };
const berliner = { key: 'user-1', country: 'DE' };

describe('an environment of 10,000 flags', () => {
  test('is open, and answers, in a fraction of a second', () => {
    const items = manyFlags();
    const times = Array.from({ length: 3 }, () => {
      const start = performance.now();
      const environment = openEnvironment(items, engines);
      expect(environment.value(`flag-${FLAGS - 1}`, berliner, false)).toBe(true);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(LIMIT_MS);
  });

  test('compiles only the flags that are asked for', () => {
    const compiled = new Set<string>();
    const items = manyFlags().map((item) => ({ ...item, body: watched(item, (key) => compiled.add(key)) }));
    const environment = openEnvironment(items, engines);
    expect(compiled.size).toBe(0);
    for (const key of ['flag-7', 'flag-77', 'flag-7']) expect(environment.value(key, berliner, false)).toBe(true);
    expect([...compiled]).toEqual(['flag-7', 'flag-77']);
  });

  test('keeps what is compiled when another flag changes', () => {
    const compiled: string[] = [];
    const items = manyFlags().map((item) => ({ ...item, body: watched(item, (key) => compiled.push(key)) }));
    const environment = openEnvironment(items, engines);
    environment.value('flag-7', berliner, false);
    const before = compiled.length;
    const changed = flagItem('flag-8', { on: false }, 2);
    const all = new Map([...items, changed].map((item) => [`flag\t${item.key}` as const, item]));
    const next = environment.with(all, ['flag\tflag-8']);
    expect(next.value('flag-7', berliner, false)).toBe(true);
    expect(next.value('flag-8', berliner, true)).toBe(false);
    expect(compiled.length).toBe(before);
  });
});

/** The body, telling when its variations are read: nothing can be compiled without them. */
function watched({ key, body }: FlagItem, tell: (key: string) => void): FlagItem['body'] {
  const { variations, ...rest } = body;
  return {
    ...rest,
    get variations() {
      tell(key);
      return variations;
    },
  };
}
