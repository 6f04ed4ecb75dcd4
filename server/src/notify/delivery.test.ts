import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { type InboxAnswer, openSlackInbox, type SlackInbox } from '../../../test/support/slack-inbox.ts';
import { temporaryFile } from '../../../test/support/temporary-file.ts';
import { openVault, type Vault } from '../auth/vault.ts';
import { CHANNEL_EVENTS, type ChannelEvent } from '../http/release-types.ts';
import { createOutbound } from '../outbound/http-outbound.ts';
import type { NoticeRow } from '../store/notices.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createManualClock, type ManualClock } from '../test-clock.ts';
import type { ChannelBody } from './channel.ts';
import { closeAddress, closeSecret } from './channel-secrets.ts';
import { type ChannelDelivery, openDelivery } from './delivery.ts';
import type { NotifierKind } from './notifiers/index.ts';
import { routeWaiting } from './routing-engine.ts';
import { sampleEvent } from './samples.ts';

const START = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let file: string;
let store: Store;
let clock: ManualClock;
let vault: Vault;
let inbox: SlackInbox;
/** The time of connections, which runs out only where a test says so. */
let wires: ManualClock;
let running: ChannelDelivery[];
let lines: string[];

beforeEach(async () => {
  file = temporaryFile();
  clock = createManualClock(START);
  store = await openStore({ url: `file:${file}`, now: () => clock.now() });
  vault = openVault('a secret with more than 32 characters');
  inbox = await openSlackInbox();
  wires = createManualClock(START);
  running = [];
  lines = [];
  await store.write([], (tx) => tx.put({ kind: 'project', parent: '', key: 'shop' }, { key: 'shop' }, 0));
});
afterEach(async () => {
  await inbox[Symbol.asyncDispose]();
  await Promise.all(running.map((delivery) => delivery.close()));
  await store.close();
  rmSync(path.dirname(file), { recursive: true });
});

function open(): ChannelDelivery {
  const options = { clock: wires, allow: ['127.0.0.0/8'], slackOrigin: inbox.origin };
  const delivery = openDelivery({
    store,
    clock,
    random: () => 1,
    logger: recordingLogger(lines),
    outbound: createOutbound(options),
    vault,
    publicUrl: null,
    hasButtons: false,
  });
  running.push(delivery);
  return delivery;
}

/** A channel that is told of everything, at a path of its own. */
async function aChannel(key: string, kind: NotifierKind = 'slack', body: Partial<ChannelBody> = {}) {
  const project = await store.document({ kind: 'project', parent: '', key: 'shop' });
  const parent = project?.id ?? '';
  return store.write([], (tx) =>
    tx.put<ChannelBody>(
      { kind: 'channel', parent, key },
      {
        name: key,
        kind,
        ...closeAddress(key, `${inbox.origin}/${key}`, vault),
        secret: closeSecret(key, kind === 'webhook' ? SECRET : null, vault),
        events: CHANNEL_EVENTS,
        environments: [],
        tags: [],
        isEnabled: true,
        createdAt: START,
        ...body,
      },
      0,
    ),
  );
}

/** Things happen, one after the other; each flag is named after its turn. */
async function happen(count: number, name: ChannelEvent = 'flag-restored', from = 0): Promise<readonly string[]> {
  const flags = Array.from({ length: count }, (_, i) => `flag-${String(from + i).padStart(4, '0')}`);
  const events = flags.map((flag) =>
    sampleEvent(name, { project: 'shop', environment: 'production', flag, actor: 'system', at: clock.now() }),
  );
  await store.write([], (tx) =>
    tx.enqueue(
      events.map((body, i) => ({ id: `${flags[i]}-${clock.now()}`, topic: body.kind, at: clock.now(), body })),
    ),
  );
  return flags;
}

/** What the inbox was told of at this path, message by message: the flags in it, and whether it is a repeat. */
function told(key = 'ops'): readonly { readonly flags: readonly string[]; readonly isRepeated: boolean }[] {
  return inbox.messages
    .filter((message) => message.path === `/${key}`)
    .map(({ text }) => ({
      flags: [...new Set(text.match(/flag-\d{4}/g) ?? [])],
      isRepeated: text.includes('(repeated)'),
    }));
}
const flagsTold = (key?: string) => told(key).flatMap(({ flags }) => flags);
const noticesOf = (channel: { readonly id: string }) => store.notices({ channel: channel.id, limit: 1_000 });
const statesOf = async (channel: { readonly id: string }) => {
  const counts: Partial<Record<NoticeRow['state'], number>> = {};
  for (const { state } of await noticesOf(channel)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

/** Whoever waits for an answer now has waited long enough. */
function silence(): InboxAnswer {
  setImmediate(() => wires.moveTo(wires.now() + 5_000));
  return 'silence';
}

/** Lets hours pass, second by second, until nothing waits any more. */
async function untilSettled(...channels: readonly { readonly id: string }[]): Promise<void> {
  await expect
    .poll(
      async () => {
        clock.moveTo(clock.now() + 1_000);
        const waiting = await Promise.all(
          channels.map(({ id }) => store.noticeCount({ channel: id, state: 'waiting' })),
        );
        const events = await store.waitingEvents(1);
        return events.length + waiting.reduce((sum, count) => sum + count, 0);
      },
      { interval: 1 },
    )
    .toBe(0);
}

describe('what happens is told to channels', () => {
  test('in order, each event once', async () => {
    const ops = await aChannel('ops');
    open();
    const flags = await happen(20);
    await expect.poll(() => statesOf(ops)).toEqual({ delivered: 20 });
    expect(flagsTold()).toEqual(flags);
    expect(told().every(({ isRepeated }) => !isRepeated)).toBe(true);
  });

  test('each in the words of its kind: to webhooks as signed JSON', async () => {
    const hook = await aChannel('hook', 'webhook');
    open();
    await happen(1, 'flag-killed');
    await expect.poll(() => statesOf(hook)).toEqual({ delivered: 1 });
    const [message] = inbox.messages;
    expect(message?.body).toMatchObject({ type: 'flag-killed', data: { flag: 'flag-0000', reason: 'Payments fail' } });
    expect(message?.headers['webhook-id']).toBe(`msg_hook_${(await noticesOf(hook))[0]?.id}`);
    expect(message?.headers['webhook-timestamp']).toBe(String(START / 1_000));
    expect(message?.headers['webhook-signature']).toMatch(/^v1,/);
  });

  test('without a channel that is interested nothing waits', async () => {
    await aChannel('ops', 'slack', { events: ['incident-opened'] });
    open();
    await happen(5);
    await expect.poll(() => store.waitingEvents(1)).toEqual([]);
    expect(await store.waitingChannels()).toEqual([]);
  });

  test('what was enqueued before the start is told after it, and an event of an unknown kind is passed over', async () => {
    const ops = await aChannel('ops');
    await store.write([], (tx) => tx.enqueue([{ id: 'x', topic: 'of-the-future', at: START - 1, body: {} }]));
    await happen(1);
    open();
    await expect.poll(() => statesOf(ops)).toEqual({ delivered: 1 });
    expect(await store.waitingEvents(1)).toEqual([]);
  });
});

describe('T53: a receiver in trouble', () => {
  test('that asks to wait is given the time', async () => {
    const ops = await aChannel('ops');
    inbox.answer((_, i) => (i === 0 ? { status: 429, retryAfter: 30 } : { status: 200 }));
    open();
    await happen(2);
    await expect.poll(async () => (await noticesOf(ops)).at(-1)?.lastError).toBe('answered 429');
    clock.moveTo(START + 29_999);
    expect(told()).toHaveLength(1);
    clock.moveTo(START + 30_000);
    await expect.poll(() => statesOf(ops)).toEqual({ delivered: 2 });
    expect(flagsTold()).toEqual(['flag-0000', 'flag-0000', 'flag-0001']);
    expect(told()[1]?.isRepeated).toBe(false);
  });

  test('that refuses a message is not asked again: it is visible as failed, and the next one is told', async () => {
    const ops = await aChannel('ops');
    inbox.answer((_, i) => ({ status: i === 0 ? 404 : 200 }));
    open();
    await happen(2);
    await expect.poll(() => statesOf(ops)).toEqual({ failed: 1, delivered: 1 });
    expect((await noticesOf(ops))[1]).toMatchObject({ state: 'failed', lastError: 'answered 404', attempts: 1 });
  });

  test.for<[how: string, end: () => InboxAnswer]>([
    ['in silence', silence],
    ['by breaking off', () => 'reset'],
  ])('that ends %s after the body is asked once more, marked', async ([, end]) => {
    const ops = await aChannel('ops');
    inbox.answer((_, i) => (i === 0 ? end() : { status: 200 }));
    open();
    await happen(2);
    await expect.poll(() => inbox.messages.length).toBeGreaterThan(0);
    await untilSettled(ops);
    expect(told()).toEqual([
      { flags: ['flag-0000'], isRepeated: false },
      { flags: ['flag-0000'], isRepeated: true },
      { flags: ['flag-0001'], isRepeated: false },
    ]);
  });

  test('that breaks off each time gets a message twice, then the next one; what is given up can be tried again', async () => {
    const ops = await aChannel('ops');
    inbox.answer(({ text }) => (text.includes('flag-0000') ? 'reset' : { status: 200 }));
    const delivery = open();
    await happen(2);
    await untilSettled(ops);
    expect(flagsTold()).toEqual(['flag-0000', 'flag-0000', 'flag-0001']);
    const failed = (await noticesOf(ops)).find(({ state }) => state === 'failed');
    expect(failed).toMatchObject({ doubts: 2, lastError: expect.stringMatching(/nobody knows/) });
    inbox.answer(() => ({ status: 200 }));
    expect(await store.retryNotice(ops.id, failed?.id ?? 0, clock.now())).toBe(true);
    delivery.wake();
    await expect.poll(() => statesOf(ops)).toEqual({ delivered: 2 });
    expect(told().at(-1)).toEqual({ flags: ['flag-0000'], isRepeated: true });
  });

  test('for an hour, with a thousand alerts: nothing is lost, all is in order, kills travel alone', async () => {
    const ops = await aChannel('ops');
    inbox.answer(() => ({ status: 503 }));
    open();
    const before = await happen(600);
    const kill = await happen(1, 'flag-killed', 600);
    const after = await happen(399, 'flag-restored', 601);
    await expect.poll(() => store.waitingEvents(1)).toEqual([]);
    for (let minutes = 0; minutes < 60; minutes += 5) {
      clock.moveTo(clock.now() + 5 * 60_000);
      // One attempt at a time: time goes on when this one is over.
      await expect
        .poll(async () => (await store.waitingNotices(ops.id, 1))[0])
        .toSatisfy((head: NoticeRow) => !head.isInFlight && head.dueAt > clock.now());
    }
    expect(clock.now()).toBe(START + HOUR);
    const down = told().length;
    expect(down).toBeGreaterThan(10);
    inbox.answer(() => ({ status: 200 }));
    await untilSettled(ops);
    expect(await statesOf(ops)).toEqual({ delivered: 1_000 });
    const afterwards = told().slice(down);
    expect(afterwards.flatMap(({ flags }) => flags)).toEqual([...before, ...kill, ...after]);
    expect(afterwards.length).toBeLessThan(10);
    expect(afterwards).toContainEqual({ flags: kill, isRepeated: false });
  });

  test('does not hold up another channel', async () => {
    const dead = await aChannel('dead');
    const ops = await aChannel('ops');
    inbox.answer(({ path: at }) => (at === '/dead' ? 'silence' : { status: 200 }));
    open();
    await happen(10);
    await expect.poll(() => statesOf(ops)).toEqual({ delivered: 10 });
    expect(await statesOf(dead)).toEqual({ waiting: 10 });
  });

  test('by every kind of answer, drawn by lot: each event arrives, at most one repeat of it, in order', async () => {
    const ops = await aChannel('ops');
    const lot = lotOf(7);
    let doubt = 0;
    inbox.answer(() => {
      const drawn = lot();
      // Two in a row without an answer is where it is given up.
      if (drawn < 0.15 && doubt === 0) {
        doubt = 1;
        return 'reset';
      }
      if (drawn < 0.4) return { status: drawn < 0.3 ? 500 : 429, ...(drawn > 0.35 && { retryAfter: 3 }) };
      doubt = 0;
      return { status: 200 };
    });
    open();
    const all: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      all.push(...(await happen(12, 'flag-killed', i * 12)));
      await untilSettled(ops);
    }
    expect(await statesOf(ops)).toEqual({ delivered: 48 });
    const firsts = [...new Set(flagsTold())];
    expect(firsts).toEqual(all);
  });
});

describe('a process that ends in the middle', () => {
  test('is followed by another that repeats what may have arrived, marked, and goes on in order', async () => {
    const ops = await aChannel('ops');
    await happen(3);
    await routeWaiting(store, recordingLogger(lines));
    const [head] = await store.waitingNotices(ops.id, 10);
    await store.claimNotices({ notices: [head!], until: clock.now() + 30_000 });
    // Whoever claimed it is gone: nothing is sent before the lease is over.
    open();
    clock.moveTo(START + 29_999);
    await happen(1, 'flag-restored', 3);
    await expect.poll(() => store.waitingEvents(1)).toEqual([]);
    expect(told()).toEqual([]);
    clock.moveTo(START + 30_000);
    await expect.poll(() => statesOf(ops)).toEqual({ delivered: 4 });
    expect(flagsTold()).toEqual(['flag-0000', 'flag-0001', 'flag-0002', 'flag-0003']);
    expect(told().map(({ isRepeated }) => isRepeated)).toEqual([true, false, false, false]);
  });

  test('when a message is sent once more and then breaks off as well is followed by none that sends it a third time', async () => {
    const ops = await aChannel('ops');
    inbox.answer(() => 'reset');
    const first = open();
    await happen(1);
    await expect.poll(async () => (await noticesOf(ops))[0]?.doubts).toBe(1);
    await first.close();
    clock.moveTo(START + 10_000);
    const [head] = await store.waitingNotices(ops.id, 1);
    await store.claimNotices({ notices: [head!], until: clock.now() + 30_000 });
    inbox.answer(() => ({ status: 200 }));
    clock.moveTo(clock.now() + 30_000);
    open();
    await expect.poll(() => statesOf(ops)).toEqual({ failed: 1 });
    expect(told()).toHaveLength(1);
  });

  test('again and again sends a message twice at the most', async () => {
    const ops = await aChannel('ops');
    await happen(1);
    await routeWaiting(store, recordingLogger(lines));
    // Two processes, one after the other, of which nobody knows how far they came.
    for (let i = 0; i < 2; i += 1) {
      const [head] = await store.waitingNotices(ops.id, 1);
      await store.claimNotices({ notices: [head!], until: clock.now() + 30_000 });
      clock.moveTo(clock.now() + 30_000);
    }
    open();
    await expect.poll(() => statesOf(ops)).toEqual({ failed: 1 });
    expect(told()).toEqual([]);
    expect((await noticesOf(ops))[0]).toMatchObject({ doubts: 2 });
  });

  test('and another share the work: each message goes out once', async () => {
    const ops = await aChannel('ops');
    const other = await aChannel('other');
    open();
    open();
    open();
    const flags = await happen(20);
    await expect.poll(() => statesOf(ops)).toEqual({ delivered: 20 });
    await expect.poll(() => statesOf(other)).toEqual({ delivered: 20 });
    expect(flagsTold('ops')).toEqual(flags);
    expect(flagsTold('other')).toEqual(flags);
  });
});

describe('a channel that', () => {
  test('is disabled gets nothing, and what waits goes on when it is enabled', async () => {
    const ops = await aChannel('ops');
    inbox.answer(() => ({ status: 500 }));
    open();
    await happen(1);
    await expect.poll(() => told().length).toBe(1);
    const off = await store.write([], (tx) => tx.put(ops, { ...ops.body, isEnabled: false }, 1));
    await happen(1, 'flag-restored', 1);
    await expect.poll(() => store.waitingEvents(1)).toEqual([]);
    inbox.answer(() => ({ status: 200 }));
    clock.moveTo(START + HOUR);
    // Another one, looked at as often, gets two messages one after the other.
    const other = await aChannel('other');
    await happen(2, 'flag-restored', 2);
    await expect.poll(() => statesOf(other)).toEqual({ delivered: 2 });
    expect(told()).toHaveLength(1);
    await store.write([], (tx) => tx.put(ops, ops.body, off.revision));
    await untilSettled(ops);
    expect(flagsTold()).toEqual(['flag-0000', 'flag-0000']);
  });

  test('was removed: what waited for it ends as failed', async () => {
    const ops = await aChannel('ops');
    inbox.answer(() => ({ status: 500 }));
    open();
    await happen(3);
    await expect.poll(() => told().length).toBe(1);
    await store.write([], (tx) => tx.remove(ops, 1));
    await untilSettled(ops);
    expect(await statesOf(ops)).toEqual({ failed: 3 });
  });

  test('has an address that cannot be read any more does not stay in the way', async () => {
    const ops = await aChannel('ops', 'slack', { address: 'v1.AAAA' });
    open();
    await happen(2);
    await expect.poll(() => statesOf(ops)).toEqual({ failed: 2 });
  });
});

/** Numbers in [0, 1) that are the same in every run. */
function lotOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
