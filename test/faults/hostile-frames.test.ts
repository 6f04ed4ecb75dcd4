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
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createScriptedService, digest } from '../support/scripted-service.ts';
import { createListeners } from '../support/sdk-script.ts';
import { startTimedClients, type TimedClient, type TimedClients, type TimedView } from '../support/timed-control.ts';

/** The built SDK in a process of its own, to which a service says over its sockets what it should not. */

const AT_ONCE = 200;
const MINUTE = 60_000;
const STEP_MS = 3_000;
const CONTEXTS = [{ key: 'u-1' }, { key: 'named', plan: 'pro' }, { plan: 7 }];
const { rich, all: items } = spoilable;
const changeTo = (item: Item): string => encode(spoilingChange(item, digest));

const listeners = createListeners();
const service = createScriptedService();
let url: string;
let clients: TimedClients;

beforeAll(async () => {
  url = await listeners.open(service.server);
  clients = startTimedClients();
});
afterEach(async () => {
  expect(await clients.ask({ do: 'close' })).toEqual({ faults: [] });
});
afterAll(async () => {
  await clients[Symbol.asyncDispose]();
  listeners.stop();
});

const nameOf = (i: number): string => `client-${i}`;
const nacksOf = (name: string) => (service.sent.get(name) ?? []).filter(({ t }) => t === 'nack');

async function connect(count: number, held: readonly Item[] = items): Promise<void> {
  service.serve(held, 1);
  const made = Array.from({ length: count }, (_, i): TimedClient => {
    const options = { url: `${url}/${nameOf(i)}`, sdkKey: 'gp_srv_0123456789', mode: 'stream' } as const;
    return { options, isListenerBroken: true };
  });
  await clients.ask({ do: 'make', clients: made });
}

interface Outcome {
  readonly view: TimedView;
  readonly nacks: number;
}

/** Says each text to a client of its own, which has served well until then; answers the texts that came to no good. */
async function wrongOf(
  texts: readonly string[],
  isRight: (outcome: Outcome) => boolean,
  held: readonly Item[] = items,
): Promise<readonly unknown[]> {
  const wrong: unknown[] = [];
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    const some = texts.slice(from, from + AT_ONCE);
    await connect(some.length, held);
    const textOf = new Map(some.map((text, i) => [nameOf(i), text]));
    await service.say((name) => textOf.get(name) ?? null);
    const { clients: views = [], faults } = await clients.ask({ do: 'look', contexts: CONTEXTS });
    expect(faults).toEqual([]);
    expect(views).toHaveLength(some.length);
    for (const [i, view] of views.entries()) {
      const outcome = { view, nacks: nacksOf(nameOf(i)).length };
      const isUntouched = view.good === true && view.goodReason === 'FALLTHROUGH' && !view.bad.includes('wrong');
      if (!isUntouched || !isRight(outcome)) wrong.push([some[i]?.slice(0, 300), outcome]);
    }
    await clients.ask({ do: 'close' });
  }
  return wrong;
}

describe('T47: an SDK with a listener that throws, whose service says', () => {
  const changes = spoiledBodies.map(({ value }) => changeTo(value));

  test(`that an item has changed into what it should not be: takes it or refuses it in whole, each of ${changes.length}`, async () => {
    const isRight = ({ view, nacks }: Outcome): boolean =>
      view.state === 'ready' && (view.version === 2 ? nacks === 0 : view.version === 1 && nacks === 1);
    expect(await wrongOf(changes, isRight)).toEqual([]);
  });

  const killed = { ...rich, body: { ...rich.body, killed: true } } as typeof rich;
  const reasonsOfKilled = new Set(['KILLED', 'ERROR']);
  const heldKilled = items.map((item) => (item === rich ? killed : item));

  test('something of a flag that is killed: serves what it serves when it is killed, whatever its rules have become', async () => {
    const texts = spoiledBodies
      .filter(({ value, path: [first] }) => value.kind === 'flag' && first !== 'killed' && first !== undefined)
      .filter((_, i) => i % 2 === 0)
      .map(({ value }) => changeTo({ ...value, body: { ...value.body, killed: true } } as typeof rich));
    const isRight = ({ view }: Outcome): boolean => view.bad.every((reason) => reasonsOfKilled.has(reason));
    expect(texts.length).toBeGreaterThan(300);
    expect(await wrongOf(texts, isRight, heldKilled)).toEqual([]);
  });

  const texts = hostileTexts(digest);

  test(`what is no frame, or hardly one: serves on as before, after each of ${texts.length}`, async () => {
    expect(texts.length).toBeGreaterThan(500);
    // A member that does not matter may be anything: then it is the change that it would have been.
    const isRight = ({ view }: Outcome): boolean => [1, 2, 99].includes(view.version ?? 0);
    expect(await wrongOf(texts, isRight)).toEqual([]);
  });

  test('something that it has a name for: refuses it by that name, and serves on as before', async () => {
    const rows = refusedTexts(digest);
    await connect(rows.length);
    for (let turn = 0; turn < 3; turn += 1) {
      await service.say((name) => rows[Number(name.split('-')[1])]?.[1][turn] ?? null);
    }
    const { clients: views = [] } = await clients.ask({ do: 'look', contexts: CONTEXTS });
    const outcomes = rows.map(([what], i) => {
      const codes = nacksOf(nameOf(i)).map(({ code }) => code);
      return [what, codes, views[i]?.version, views[i]?.good];
    });
    expect(outcomes).toEqual(rows.map(([what, , code]) => [what, [code], 1, true]));
  });

  test('nothing else for minutes: asks for everything at most once a minute, and serves on', async () => {
    const garbage: readonly string[] = [
      '{',
      JSON.stringify({ t: 'ops', to: 2, ops: [] }),
      changeTo(flagItem('bad', { on: false })).replace(/"digest":"[^"]*"/, `"digest":"${'0'.repeat(32)}"`),
      encode({ t: 'begin', epoch: '00000000000000aa', v: 2, items: 20_001, bytes: 1 } as ServerFrame),
      changeTo(rich).replace('"from":1,"to":2', '"from":7,"to":8'),
    ];
    await connect(garbage.length);
    const counted = () => garbage.map((_, i) => service.resyncs.get(nameOf(i)) ?? 0);
    const times = garbage.map((): number[] => []);
    let before = counted();
    for (let at = 0; at < 12 * MINUTE; at += STEP_MS) {
      await service.say((name) => garbage[Number(name.split('-')[1])] ?? null);
      await clients.ask({ do: 'advance', ms: STEP_MS });
      const now = counted();
      for (const [i, count] of now.entries()) for (let n = before[i] ?? 0; n < count; n += 1) times[i]?.push(at);
      before = now;
    }
    for (const asked of times) {
      const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
      expect(asked.length).toBeGreaterThan(0);
      // Told to the step.
      expect(Math.min(...gaps, MINUTE)).toBeGreaterThanOrEqual(MINUTE - STEP_MS);
    }
    const { clients: views = [] } = await clients.ask({ do: 'look', contexts: CONTEXTS });
    expect(views.map(({ good, goodReason }) => [good, goodReason])).toEqual(garbage.map(() => [true, 'FALLTHROUGH']));
  });
});
