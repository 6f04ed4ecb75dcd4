import type { Item } from '@glidepath/core';
import { encode, type ServerFrame } from '@glidepath/core/protocol';
import {
  flagItem,
  hostileTexts,
  refusedTexts,
  spoilable,
  spoiledBodies,
  spoilingChange,
} from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { digest, type TestPlatform, testPlatform } from './testing-platform.ts';
import { KEY, user } from './testing-world.ts';
import type { FlagsClient } from './types.ts';

const MINUTE = 60_000;
const EPOCH = '00000000000000aa';
const { rich, all: items } = spoilable;

interface World {
  readonly platform: TestPlatform;
  readonly flags: FlagsClient;
}

function connected(): World {
  const platform = testPlatform();
  const flags = createClientOn(platform, { ...KEY, events: false, logger: false });
  platform.accept(1, items);
  return { platform, flags };
}

const changeTo = (item: Item): ServerFrame => spoilingChange(item, digest);

/** What is served: of the flag that nothing was done to, and whether the other answers at all. */
function served({ flags }: World): readonly unknown[] {
  const contexts = [user, { key: 'named', plan: 'pro' }, { plan: 7 }];
  for (const context of contexts) {
    const { reason, variation } = flags.variationDetail('bad', context, null as unknown);
    if (reason.kind === 'ERROR' && variation !== null) throw new Error(`an error with the variation ${variation}`);
  }
  return [flags.variation('good', user, false), flags.variationDetail('good', user, false).reason.kind];
}
const UNTOUCHED = [true, 'FALLTHROUGH'];

const nacksOf = ({ platform }: World) => platform.sent.filter(({ t }) => t === 'nack').map(({ code }) => code);

describe('T47: a change with an item that is not what it should be', () => {
  test(`leaves all else as it was, for each of ${spoiledBodies.length}`, () => {
    const wrong: unknown[] = [];
    for (const { title, value } of spoiledBodies) {
      const world = connected();
      world.platform.frame(changeTo(value));
      const outcome = [...served(world), world.flags.status.state, world.flags.status.environmentVersion];
      // Taken, with that flag not evaluable at worst, or refused in whole.
      const isRight = [1, 2].includes(Number(outcome[3])) && outcome[2] === 'ready';
      const isTold = outcome[3] === 2 || nacksOf(world).length === 1;
      if (!isRight || !isTold || outcome[0] !== true) wrong.push([title, ...outcome]);
      void world.flags.close();
    }
    expect(wrong).toEqual([]);
  });

  test('is acknowledged with the flag named that could not be read', () => {
    const world = connected();
    const rules = [
      { id: 'r', clauses: [{ attribute: 'plan', operator: 'from-the-future', values: [] }], serve: { variation: 0 } },
    ];
    world.platform.frame(changeTo({ ...rich, body: { ...rich.body, rules } } as unknown as Item));
    world.platform.advance(1_600);
    expect(world.platform.sent.filter(({ t }) => t === 'ack').at(-1)).toMatchObject({ v: 2, unsupported: ['bad'] });
    expect(served(world)).toEqual(UNTOUCHED);
    expect(world.flags.variation('bad', { key: 'u', plan: 'pro' }, null as unknown)).toBe(true);
  });
});

describe('T47: frames that are not what they should be', () => {
  const texts = hostileTexts(digest);

  test(`alter nothing that is served, for each of ${texts.length}`, () => {
    expect(texts.length).toBeGreaterThan(500);
    const wrong: unknown[] = [];
    for (const text of texts) {
      const world = connected();
      world.platform.frameText(text);
      const version = world.flags.status.environmentVersion;
      // A member that does not matter may be anything: then it is the change that it would have been.
      if (served(world)[0] !== true || ![1, 2, 99].includes(version ?? 0)) wrong.push([text.slice(0, 200), version]);
      void world.flags.close();
    }
    expect(wrong).toEqual([]);
  });

  test.for(refusedTexts(digest))('%s: is refused by its name', ([, texts, code]) => {
    const world = connected();
    for (const text of texts) world.platform.frameText(text);
    expect(nacksOf(world)).toEqual([code]);
    expect(world.flags.status.environmentVersion).toBe(1);
    expect(served(world)).toEqual(UNTOUCHED);
  });

  test.for<[what: string, frames: readonly (ServerFrame | string)[]]>([
    ['no JSON', ['{']],
    ['pieces that do not fit', [{ t: 'ops', to: 2, ops: [] }]],
    ['wrong digests', [{ ...changeTo(rich), digest: '0'.repeat(32) } as ServerFrame]],
    [
      'states without items',
      [
        { t: 'begin', epoch: EPOCH, v: 2, items: 0, bytes: 100 },
        { t: 'items', items: [] },
        { t: 'commit', v: 2, digest: digest([]) },
      ],
    ],
    ['too much', [{ t: 'begin', epoch: EPOCH, v: 2, items: 20_001, bytes: 1 }]],
    ['gaps', [{ ...changeTo(rich), from: 7, to: 8 } as ServerFrame]],
  ])('a service that sends nothing but %s is asked for everything at most once a minute', ([, frames]) => {
    const world = connected();
    const { platform } = world;
    const asked: number[] = [];
    let sent = 0;
    let connects = platform.connects;
    for (let ms = 0; ms < 20 * MINUTE; ms += 500) {
      platform.advance(500);
      if (platform.connects > connects) platform.accept(1, items);
      connects = platform.connects;
      for (const frame of frames) platform.frameText(typeof frame === 'string' ? frame : encode(frame));
      asked.push(...platform.sent.slice(sent).flatMap(({ t }) => (t === 'resync' ? [platform.monotonic()] : [])));
      sent = platform.sent.length;
    }
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    expect(asked.length).toBeGreaterThan(0);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE);
    expect(served(world)).toEqual(UNTOUCHED);
  });
});

test('T47: a listener that throws keeps no change from being applied, acknowledged and told to others', () => {
  const { platform, flags } = connected();
  const told: unknown[] = [];
  flags.on('change', () => {
    throw new Error('mine');
  });
  flags.on('change', ({ keys }) => told.push(keys));
  platform.frame({ ...changeTo(flagItem('bad', { on: false })), urgent: true } as ServerFrame);
  expect(told).toEqual([['bad']]);
  expect(platform.sent.filter(({ t }) => t === 'ack').at(-1)).toMatchObject({ v: 2 });
  expect(platform.sent.filter(({ t }) => t === 'nack')).toEqual([]);
  expect(flags.status.environmentVersion).toBe(2);
});
