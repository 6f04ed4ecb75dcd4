import { BUCKETS, type ContextInput, type Item, type ItemId } from '@glidepath/core';
import { idOf } from '@glidepath/core/protocol';
import { arbitraryContext, arbitraryItems, flagItem } from '@glidepath/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFlagSets } from '../served/flag-sets.ts';
import type { Snapshot } from '../stream/snapshot.ts';
import { Audience } from './audience.ts';
import { NOTHING_TOLD, type Told, textOfValues } from './values.ts';

interface FlagTold {
  readonly key: string;
  readonly value: unknown;
  readonly variation: string;
  readonly reason?: { readonly kind: string; readonly prerequisiteKey?: string };
}

const EPOCHS = ['00112233aabbccdd', 'ffffffffffffffff'];

/** An environment that goes through versions, as a process serves it. */
function history() {
  let snapshot: Snapshot = at(1, []);
  const flagSets = createFlagSets({ hub: { environment: () => snapshot }, engines: {} });
  const current = () => flagSets.current('e') ?? expect.unreachable();
  return {
    current,
    moveTo(items: readonly Item[], epoch = EPOCHS[0]) {
      snapshot = at(snapshot.version + 1, items, epoch);
      return current();
    },
  };
}

function at(version: number, items: readonly Item[], epoch = EPOCHS[0] ?? ''): Snapshot {
  const byId = new Map<ItemId, Item>(items.map((item) => [idOf(item), item]));
  return { environment: 'e', epoch, version, digest: '', items: byId, bytes: 0, ring: { entries: [], bytes: 0 } };
}

/** What a page holds that takes the frames as they come. */
function openPage(audience: Audience, context: ContextInput) {
  let held = new Map<string, string>();
  let place = audience.at;
  let told: Told = NOTHING_TOLD.told;
  let count = 0;
  const follow = () => {
    const differs = audience.after(place, context, { told, count });
    const next = differs ?? audience.all(context);
    if (differs === null) held = new Map();
    for (const key of next.del) expect(held.delete(key)).toBe(true);
    for (const text of next.put) {
      const { key, value, variation, reason } = JSON.parse(text) as FlagTold;
      const seen = JSON.stringify([value, variation, reason]);
      // Nothing is sent that it has already.
      expect(held.get(key)).not.toBe(seen);
      held.set(key, seen);
    }
    ({ told, count } = next);
    place = audience.at;
    expect(held.size).toBe(count);
  };
  return { follow, begin: () => (place = { epoch: '', version: 0 }), held: () => held };
}

const revOf = (items: readonly Item[], rev: number, before: readonly Item[]): Item[] =>
  items.map((item) => {
    const old = before.find((other) => idOf(other) === idOf(item));
    const isSame = old !== undefined && JSON.stringify(old.body) === JSON.stringify(item.body);
    return isSame ? old : { ...item, rev };
  });

describe('what pages hold', () => {
  test('equals a fresh evaluation after any history of changes, however seldom they look', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            items: arbitraryItems,
            isNewHistory: fc.nat(9),
            browsers: fc.array(fc.boolean()),
            tellsReasons: fc.boolean(),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        fc.array(arbitraryContext, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
        (steps, contexts, pauses) => {
          const environment = history();
          const audience = new Audience(environment.current(), false);
          const pages = contexts.map((context) => openPage(audience, context as ContextInput));
          for (const page of pages) {
            page.begin();
            page.follow();
          }
          let before: readonly Item[] = [];
          steps.forEach(({ items, isNewHistory, browsers, tellsReasons }, i) => {
            const marked = items.map((item, j) =>
              item.kind === 'flag' && (browsers[j] ?? true)
                ? { ...item, body: { ...item.body, clientSide: true as const } }
                : item,
            );
            before = revOf(marked, i + 2, before);
            audience.moveTo(environment.moveTo(before, isNewHistory === 0 ? EPOCHS[1] : EPOCHS[0]), tellsReasons);
            pages.forEach((page, j) => {
              const isLast = i === steps.length - 1;
              if (!isLast && (i + j) % ((pauses[i] ?? 0) + 1) !== 0) return;
              page.follow();
              const fresh = new Audience(environment.current(), tellsReasons).all(contexts[j] as ContextInput);
              const expected = fresh.put.map((text) => JSON.parse(text) as FlagTold);
              expect([...page.held()].sort()).toEqual(
                expected
                  .map(({ key, value, variation, reason }) => [key, JSON.stringify([value, variation, reason])])
                  .sort(),
              );
            });
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('are four bytes for each flag', () => {
    const items = Array.from({ length: 500 }, (_, i) => flagItem(`flag-${i}`, { clientSide: true }));
    const audience = new Audience(history().moveTo(items), false);
    const { told, put } = audience.all({ key: 'u1' });
    expect(put).toHaveLength(500);
    expect(told.byteLength).toBe(2_000);
  });

  test('are written once for everybody who gets them', () => {
    const audience = new Audience(history().moveTo([flagItem('flag', { clientSide: true })]), true);
    const [one, two] = ['u1', 'u2'].map((key) => audience.all({ key }));
    expect(one?.put[0]).toBe(two?.put[0]);
    expect(textOfValues({ epoch: 'e', v: 1, full: true }, { put: ['{}'], del: ['x'], count: 1 })).toBe(
      '{"epoch":"e","v":1,"full":true,"put":[{}],"del":["x"],"count":1}',
    );
  });
});

describe('seats', () => {
  const flagAt = (stage: number) =>
    flagItem('rollout', {
      clientSide: true,
      fallthrough: {
        split: {
          ranges: [[BUCKETS, 0]],
          arms: { rollout: 'r1', stage, t: [[0, BUCKETS / 2]], c: [] },
        },
      },
    });
  const seatIn = (text: string | undefined) => JSON.parse(text ?? '{}').seat;

  test('are told to those in an arm of a rollout, in the group that evaluation gives them, and to nobody else', () => {
    const set = history().moveTo([flagAt(1), flagItem('plain', { clientSide: true })]);
    const audience = new Audience(set, false);
    const arms = new Set<string | undefined>();
    for (let i = 0; i < 100; i += 1) {
      const context = { key: `u${i}` };
      const [rollout, plain] = audience.all(context).put;
      const seat = set.seatOf('rollout', set.evaluate('rollout', context), context) ?? undefined;
      expect([seatIn(rollout), seatIn(plain)]).toEqual([seat, undefined]);
      arms.add(seat?.arm);
    }
    expect(arms).toEqual(new Set(['t', undefined]));
  });

  test('of the next stage are told though the value stays', () => {
    const environment = history();
    const audience = new Audience(environment.moveTo([flagAt(1)]), false);
    const seated = Array.from({ length: 20 }, (_, i) => ({ key: `u${i}` })).find((context) =>
      seatIn(audience.all(context).put[0]),
    );
    const { told, count } = audience.all(seated);
    const { at } = audience;
    audience.moveTo(environment.moveTo([{ ...flagAt(2), rev: 2 }]), false);
    expect(seatIn(audience.after(at, seated, { told, count })?.put[0])).toMatchObject({ arm: 't', stage: 2 });
  });
});

describe('reasons', () => {
  const waitsFor = (flag: string) => ({
    clientSide: true as const,
    prerequisites: [{ flag, variations: ['off'] }],
    off: 1,
  });
  const items = [
    flagItem('open', { clientSide: true }),
    flagItem('secret'),
    flagItem('after-open', waitsFor('open')),
    flagItem('after-secret', waitsFor('secret')),
  ] as const;
  const told = (audience: Audience) =>
    Object.fromEntries(
      audience.all({ key: 'u1' }).put.map((text) => {
        const { key, reason } = JSON.parse(text) as FlagTold;
        return [key, reason];
      }),
    );

  test('are told only where that is so, and then to everybody anew', () => {
    const environment = history();
    const audience = new Audience(environment.moveTo(items), false);
    const before = audience.at;
    expect(told(audience)).toEqual({ open: undefined, 'after-open': undefined, 'after-secret': undefined });
    expect(audience.isAffectedAfter(before)).toBe(false);
    audience.moveTo(environment.current(), true);
    expect(audience.isAffectedAfter(before)).toBe(true);
    expect(told(audience)['open']).toEqual({ kind: 'FALLTHROUGH', openFeature: 'STATIC' });
  });

  test('name another flag only as long as pages may know of it', () => {
    const environment = history();
    const audience = new Audience(environment.moveTo(items), true);
    const failed = { kind: 'PREREQUISITE_FAILED', openFeature: 'TARGETING_MATCH' };
    expect(told(audience)['after-secret']).toEqual(failed);
    expect(told(audience)['after-open']).toEqual({ ...failed, prerequisiteKey: 'open' });
    const [, ...others] = items;
    const page = openPage(audience, { key: 'u1' });
    page.begin();
    page.follow();
    audience.moveTo(environment.moveTo([flagItem('open', {}, 2), ...others]), true);
    page.follow();
    expect(JSON.parse(page.held().get('after-open') ?? '')).toEqual([false, 'off', failed]);
    expect(page.held().has('open')).toBe(false);
  });
});
