import { expect, test } from 'vitest';
import { growthBook } from './growthbook.ts';
import { launchDarkly } from './launchdarkly.ts';
import { aLaunchDarklyProject } from './testing-launchdarkly.ts';

const { flags, segments } = aLaunchDarklyProject(3, 30);
const page = (list: { readonly items: readonly unknown[] }, from: number, to: number) => ({
  items: list.items.slice(from, to),
  totalCount: list.items.length,
});

test('a page of a list is refused, and all pages are the list', () => {
  const whole = page(segments, 0, 12);
  expect(() => launchDarkly.read([page(flags, 0, 20), whole])).toThrow('it holds 20 of 30 flags');
  expect(() => launchDarkly.read([flags, page(segments, 5, 12)])).toThrow('it holds 7 of 12 segments of production');
  const read = launchDarkly.read([page(flags, 0, 20), page(flags, 20, 30), whole]);
  expect(read.translate(new Map([['production', 'production']])).flags).toHaveLength(30);
});

test('the first ten of the features that an API lists are no export', () => {
  const features = Array.from({ length: 10 }, (_, index) => ({
    id: `f-${index}`,
    valueType: 'boolean',
    defaultValue: 'false',
    environments: { production: { enabled: true, rules: [] } },
  }));
  expect(() => growthBook.read([{ features, limit: 10, total: 11, hasMore: true }])).toThrow(
    'it holds 10 of 11 features',
  );
});
