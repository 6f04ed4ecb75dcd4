import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Item, ItemId } from '../model/items.ts';
import { aContext, flagItem, segmentItem } from '../testing/index.ts';
import { type Environment, openEnvironment } from './environment.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const team = segmentItem('team', { included: [{ contextKind: 'user', keys: ['ann'] }] });
const rarelyAsked = flagItem('rare', {
  fallthrough: { variation: 1 },
  rules: [{ id: 'r', clauses: [{ attribute: '', operator: 'in-segment', values: ['team'] }], serve: { variation: 0 } }],
});

/** Of a function of its own, so that nothing here holds on to what was before. */
function afterAChange(): { readonly now: Environment; readonly before: WeakRef<Item> } {
  const busy = flagItem('busy', {}, 1);
  const first = openEnvironment([team, rarelyAsked, busy], {});
  expect(first.value('rare', aContext({ key: 'ann' }), false)).toBe(true);
  const next = flagItem('busy', {}, 2);
  const items = new Map<ItemId, Item>([team, rarelyAsked, next].map((item) => [`${item.kind}\t${item.key}`, item]));
  return { now: first.with(items, ['flag\tbusy']), before: new WeakRef<Item>(busy) };
}

test('a flag that was asked once, and of a segment, does not keep all other flags as they were then', async () => {
  const { now, before } = afterAChange();
  // What a weak reference led to lives until the turn is over.
  await turn();
  collectGarbage();
  expect(before.deref()).toBeUndefined();
  expect(now.value('rare', aContext({ key: 'ann' }), false)).toBe(true);
});

test('a segment that changes is asked as it is now, by flags that were asked before', () => {
  const { now } = afterAChange();
  const other = segmentItem('team', { included: [{ contextKind: 'user', keys: ['bob'] }] }, 2);
  const later = now.with(new Map([['segment\tteam', other]]), ['segment\tteam']);
  const members = (environment: Environment) =>
    ['ann', 'bob'].filter((key) => environment.value('rare', aContext({ key }), false));
  expect([members(now), members(later), members(now)]).toEqual([['ann'], ['bob'], ['ann']]);
});
