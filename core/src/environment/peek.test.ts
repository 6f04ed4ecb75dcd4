import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContextInput } from '../model/context.ts';
import { aContext, arbitraryContext, arbitraryItems, flagItem } from '../testing/index.ts';
import { drainCounts } from './counts.ts';
import { type Environment, openEnvironment } from './environment.ts';
import { quiet, takeBack } from './peek.ts';

function counted(environment: Environment): number {
  let all = 0;
  drainCounts(environment, (_key, { n }) => {
    all += n;
  });
  return all;
}

test('looking at a flag answers what serving it answers, and counts nothing', () => {
  fc.assert(
    fc.property(arbitraryItems, arbitraryContext, (items, context) => {
      const faults: unknown[] = [];
      const environment = openEnvironment(items, { onFault: (key) => faults.push(key) });
      const silent = quiet(environment);
      const looked = items.map(({ key }) => silent.evaluate(key, context, null));
      expect(counted(environment)).toBe(0);
      expect(faults).toEqual([]);
      expect(looked).toEqual(items.map(({ key }) => environment.evaluate(key, context, null)));
      expect(looked.map(({ value }) => value)).toEqual(items.map(({ key }) => silent.value(key, context, null)));
    }),
  );
});

test('what is looked at within a getter of the context disturbs no evaluation', () => {
  const rule = { id: 'r', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: { variation: 1 } };
  const environment = openEnvironment([flagItem('outer', { rules: [rule] }), flagItem('inner', { on: false })], {});
  const silent = quiet(environment);
  const context: ContextInput = {
    ...aContext(),
    get plan() {
      return silent.value('inner', aContext(), null) === false ? 'pro' : 'free';
    },
  };
  expect(environment.value('outer', context, true)).toBe(false);
});

test('an evaluation is taken back as if it had never been, and one that failed has nothing to take back', () => {
  fc.assert(
    fc.property(arbitraryItems, arbitraryContext, (items, context) => {
      const environment = openEnvironment(items, {});
      for (const { key } of [...items, { key: 'missing' }]) {
        environment.value(key, context, null);
        takeBack(environment, key, context);
      }
      expect(counted(environment)).toBe(0);
    }),
  );
});
