import { describe, expect, test } from 'vitest';
import type { ClientAction, ClientEvent, ClientOptions, PollAnswer } from './client-events.ts';
import { createSession } from './session.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ZEROS = '0'.repeat(32);
const payload = (version: number): PollAnswer => ({
  kind: 'payload',
  text: JSON.stringify({ kind: 'full', epoch: 'a'.repeat(16), version, digest: ZEROS, items: [], empty: true }),
});

/** A session, a clock that the test moves, and a server that answers polls at once where it is told how. */
function aClient(mode: NonNullable<ClientOptions['mode']>, answer: () => PollAnswer | null) {
  let now = 0;
  let wakeAt: number | null = null;
  const polls: number[] = [];
  const actions: ClientAction[] = [];
  const session = createSession({
    mode,
    sdk: 'node/1',
    instance: 'i',
    application: {},
    hash: () => ZEROS,
    random: () => 0.5,
    connectMs: 10 * SECOND,
    idleMs: MINUTE,
    pollIntervalMs: 30 * SECOND,
    reconnect: { minMs: SECOND, maxMs: 30 * SECOND },
    unsupported: () => [],
  });
  const handle = (event: ClientEvent): void => {
    for (const action of session.handle(event)) {
      actions.push(action);
      if (action.kind === 'wake') wakeAt = action.at;
      if (action.kind !== 'poll') continue;
      polls.push(now);
      const given = answer();
      if (given !== null) handle({ kind: 'polled', now, answer: given });
    }
  };
  handle({ kind: 'start', now });
  return {
    session,
    handle,
    polls,
    now: () => now,
    count: (kind: ClientAction['kind']) => actions.filter((action) => action.kind === kind).length,
    connection: () => actions.findLast((action) => action.kind === 'connection')?.connection,
    advance(ms: number) {
      const end = now + ms;
      while (wakeAt !== null && wakeAt <= end) {
        now = Math.max(now, wakeAt);
        wakeAt = null;
        handle({ kind: 'timer', now });
      }
      now = end;
    },
  };
}

describe('a client that polls by choice', () => {
  test('asks at once and then every 30 s, and never opens a stream', () => {
    const client = aClient('poll', () => payload(1));
    client.advance(5 * MINUTE);
    expect(client.polls).toHaveLength(11);
    expect(client.polls[0]).toBe(0);
    expect(client.count('connect')).toBe(0);
    expect(client.connection()).toBe('polling');
  });

  test('asks again after seconds while it has nothing at all', () => {
    let isUp = false;
    const client = aClient('poll', () => (isUp ? payload(1) : { kind: 'unreachable' }));
    client.advance(20 * SECOND);
    expect(client.polls.length).toBeGreaterThan(3);
    isUp = true;
    client.advance(30 * SECOND);
    expect(client.session.state?.version).toBe(1);
  });
});

describe('a client that asks once', () => {
  test('is silent from its answer on', () => {
    const client = aClient('once', () => payload(1));
    client.advance(60 * MINUTE);
    expect(client.polls).toEqual([0]);
    expect(client.session.state?.version).toBe(1);
    expect(client.connection() ?? 'disconnected').toBe('disconnected');
  });

  test('asks until it was answered', () => {
    let asked = 0;
    const client = aClient('once', () => {
      asked += 1;
      return asked < 4 ? { kind: 'refused', status: 503 } : payload(1);
    });
    client.advance(60 * MINUTE);
    expect(client.polls).toHaveLength(4);
  });
});

describe('a stream that is not welcomed within a second of the start', () => {
  test('is helped by one poll, and goes on connecting', () => {
    const client = aClient('stream', () => payload(3));
    client.advance(5 * SECOND);
    expect(client.polls).toEqual([SECOND]);
    expect(client.session.state?.version).toBe(3);
    expect(client.count('connect')).toBe(1);
    expect(client.count('terminate')).toBe(0);
  });

  test('because nobody is there, is not: the poll would not be answered either', () => {
    const client = aClient('stream', () => payload(3));
    client.handle({ kind: 'closed', socket: 1, now: client.now() });
    client.advance(2 * SECOND);
    expect(client.polls).toEqual([]);
  });

  test('because something between refuses upgrades, is', () => {
    const client = aClient('stream', () => payload(3));
    client.handle({ kind: 'closed', socket: 1, status: 400, now: client.now() });
    client.advance(2 * SECOND);
    expect(client.polls).toEqual([SECOND]);
  });
});

test('a welcome tells whether fixed values may act, and without a word they may not', () => {
  for (const overrides of [true, undefined] as const) {
    const client = aClient('stream', () => null);
    const actions: ClientAction[] = [];
    const limits = { frame: 1, items: 1, bytes: 1 };
    const at = { conn: 'c', epoch: 'a'.repeat(16), head: 1, digest: ZEROS, hb: 1, schema: 1, limits };
    const welcome = { t: 'welcome', ...at, intent: 'full', reason: 'cold', rebase: false, overrides };
    client.session.handle({ kind: 'opened', socket: 1, now: 0 });
    actions.push(...client.session.handle({ kind: 'frame', socket: 1, now: 0, text: JSON.stringify(welcome) }));
    expect(actions).toContainEqual({ kind: 'overrides', areAllowed: overrides === true });
  }
});
