import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf } from './context.ts';
import { applied, changedKeys, type Held } from './values.ts';

const keys = fc.constantFrom('a', 'b', 'c', 'd');
const served = fc.record({ value: fc.jsonValue({ maxDepth: 2 }), variation: fc.string(), rev: fc.nat() });
const puts = fc.dictionary(keys, served);
const step = fc.record({ put: puts, del: fc.array(keys), full: fc.boolean() });

/** A frame that fits, and the values that hold after it. */
function framed(held: Held | null, { put, del, full }: { put: Record<string, object>; del: string[]; full: boolean }) {
  const isFull = full || held === null;
  const after = { ...(isFull ? {} : Object.fromEntries(held?.flags ?? [])) } as Record<string, object>;
  for (const key of del) delete after[key];
  Object.assign(after, put);
  const entries = Object.entries(put).map(([key, flag]) => ({ key, ...flag }) as never);
  const frame = {
    epoch: 'e',
    v: (held?.v ?? 0) + 1,
    full: isFull,
    put: entries,
    del,
    count: Object.keys(after).length,
  };
  return { frame, after };
}

test('after any history of updates the values are those that were sent last', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let held: Held | null = null;
      for (const next of steps) {
        const { frame, after } = framed(held, next);
        const before: Held | null = held;
        held = applied(held, JSON.parse(JSON.stringify(frame)));
        expect(Object.fromEntries(held?.flags ?? [])).toEqual(JSON.parse(JSON.stringify(after)));
        const changed = new Set(changedKeys(before?.flags ?? new Map(), held?.flags ?? new Map()));
        for (const key of ['a', 'b', 'c', 'd'])
          if (!changed.has(key)) expect(held?.flags.get(key)?.value).toBe(before?.flags.get(key)?.value);
      }
    }),
  );
});

test('an update that counts otherwise, belongs to another history or goes back is not applied at all', () => {
  const held: Held = { epoch: 'e', v: 5, flags: new Map([['a', { value: 1, variation: 'v', rev: 1 }]]) };
  const fits = { epoch: 'e', v: 6, full: false, put: [], del: [], count: 1 };
  expect(applied(held, fits)?.v).toBe(6);
  for (const other of [{ count: 2 }, { epoch: 'f' }, { v: 4 }]) expect(applied(held, { ...fits, ...other })).toBeNull();
  expect(applied(null, fits)).toBeNull();
});

test('different contexts have different fingerprints', () => {
  const prints = new Set(Array.from({ length: 20_000 }, (_, i) => fingerprintOf(`{"user":{"key":"user-${i}"}}`)));
  expect(prints.size).toBe(20_000);
});
