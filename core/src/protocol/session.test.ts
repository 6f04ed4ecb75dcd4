import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Item } from '../model/items.ts';
import { idOf } from './apply.ts';
import type { ClientAction, ClientEvent, EnvironmentState, PollAnswer } from './client-events.ts';
import { d8Of, digestOf, type Hash } from './digest.ts';
import type { ClientFrame, ServerFrame, WholeOp } from './messages.ts';
import { createSession } from './session.ts';

const hash: Hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const EPOCH = 'a'.repeat(16);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const aFlag = (key: string, rev: number): Item => ({ kind: 'flag', key, rev, body: { rev } as never });
const aPut = (key: string, rev: number): WholeOp => ({ op: 'put', ...aFlag(key, rev) });
const digest = (...items: Item[]) => digestOf(items, hash);

function aState(version: number, items: readonly Item[], epoch = EPOCH): EnvironmentState {
  return { epoch, version, digest: digest(...items), items: new Map(items.map((item) => [idOf(item), item])) };
}

function aWelcome(overrides: Partial<Extract<ServerFrame, { t: 'welcome' }>> = {}): ServerFrame {
  const limits = { frame: 262_144, items: 20_000, bytes: 16_777_216 };
  const at = { conn: 'c', epoch: EPOCH, head: 5, digest: digest(aFlag('a', 5)), hb: 25_000, schema: 1, limits };
  return { t: 'welcome', ...at, intent: 'full', reason: 'cold', rebase: false, ...overrides };
}

function aChange(
  from: number,
  to: number,
  after: readonly Item[],
  ops: readonly WholeOp[],
  urgent = false,
): ServerFrame {
  return { t: 'change', from, to, digest: digest(...after), ...(urgent && { urgent }), ops };
}

function aTransfer(
  version: number,
  items: readonly Item[],
  extra: { rebase?: true; empty?: true; epoch?: string } = {},
) {
  const { epoch = EPOCH, rebase, empty } = extra;
  const frames: ServerFrame[] = [
    { t: 'begin', epoch, v: version, items: items.length, bytes: 100, ...(rebase && { rebase }) },
    ...(items.length > 0 ? [{ t: 'items' as const, items }] : []),
    { t: 'commit', v: version, digest: digest(...items), ...(empty && { empty }) },
  ];
  return frames;
}

/** One session with a transport that remembers, and a clock that the test moves. */
function aDriver({ random = 0.5, state, unsupported = () => [] }: DriverOptions = {}) {
  let now = 0;
  let wakeAt: number | null = null;
  let socket = 0;
  let actions: ClientAction[] = [];
  const chance = typeof random === 'number' ? () => random : random;
  const session = createSession({
    sdk: 'node/1',
    instance: 'i',
    application: { name: 'shop' },
    hash,
    random: chance,
    connectMs: 10 * SECOND,
    idleMs: MINUTE,
    pollIntervalMs: 30 * SECOND,
    reconnect: { minMs: SECOND, maxMs: 30 * SECOND },
    unsupported,
  });
  const handle = (event: ClientEvent) => {
    for (const action of session.handle(event)) {
      actions.push(action);
      if (action.kind === 'wake') wakeAt = action.at;
      if (action.kind === 'connect') socket = action.socket;
    }
  };
  const driver = {
    session,
    handle,
    now: () => now,
    socket: () => socket,
    wakeAt: () => wakeAt,
    start: () => handle({ kind: 'start', now, ...(state && { state }) }),
    opened: () => handle({ kind: 'opened', socket, now }),
    frames(...frames: readonly ServerFrame[]) {
      for (const frame of frames) handle({ kind: 'frame', socket, text: JSON.stringify(frame), now });
    },
    text: (text: string, of = socket) => handle({ kind: 'frame', socket: of, text, now }),
    closed: (how: { code?: number; status?: number; retryAfterMs?: number } = {}) =>
      handle({ kind: 'closed', socket, now, ...how }),
    polled: (answer: PollAnswer) => handle({ kind: 'polled', now, answer }),
    /** Moves the clock, with a timer event at each moment that was asked for. */
    advance(ms: number) {
      const end = now + ms;
      while (wakeAt !== null && wakeAt <= end) {
        now = Math.max(now, wakeAt);
        wakeAt = null;
        handle({ kind: 'timer', now });
      }
      now = end;
    },
    /** What was done since this was asked last. */
    take<K extends ClientAction['kind']>(kind: K): readonly Extract<ClientAction, { kind: K }>[] {
      const taken = actions.filter((action): action is Extract<ClientAction, { kind: K }> => action.kind === kind);
      actions = actions.filter((action) => action.kind !== kind);
      return taken;
    },
    sent: (): readonly ClientFrame[] => driver.take('send').map((action) => JSON.parse(action.text)),
    /** Connected and at version 5 with flag `a`. */
    ready() {
      driver.start();
      driver.opened();
      driver.frames(aWelcome(), ...aTransfer(5, [aFlag('a', 5)]));
      driver.advance(SECOND);
      actions = [];
      return driver;
    },
  };
  return driver;
}

interface DriverOptions {
  readonly random?: number | (() => number);
  readonly state?: EnvironmentState;
  readonly unsupported?: (state: EnvironmentState) => readonly string[];
}

describe('a session that starts', () => {
  test('connects at once and says what it holds', () => {
    const driver = aDriver({ state: aState(3, [aFlag('a', 3)]) });
    driver.start();
    expect(driver.take('connect')).toEqual([{ kind: 'connect', socket: 1 }]);
    driver.opened();
    expect(driver.sent()).toEqual([
      {
        t: 'hello',
        proto: 1,
        sdk: 'node/1',
        inst: 'i',
        app: { name: 'shop' },
        schema: 1,
        basis: { epoch: EPOCH, version: 3, digest: digest(aFlag('a', 3)) },
        caps: ['delta'],
      },
    ]);
  });

  test('is streaming at once when it holds the newest version already, and says so', () => {
    const driver = aDriver({ state: aState(5, [aFlag('a', 5)]) });
    driver.start();
    driver.opened();
    driver.sent();
    driver.frames(aWelcome({ intent: 'none', reason: 'current' }));
    expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'streaming' }]);
    driver.advance(500);
    expect(driver.sent()).toMatchObject([{ t: 'ack', v: 5 }]);
  });

  test('swaps to a full state in one step, at its end', () => {
    const driver = aDriver();
    driver.start();
    driver.opened();
    const [begin, items, commit] = aTransfer(5, [aFlag('a', 5)]) as [ServerFrame, ServerFrame, ServerFrame];
    driver.frames(aWelcome(), begin, items);
    expect(driver.session.state).toBeNull();
    driver.frames(commit);
    expect(driver.take('applied')).toMatchObject([{ changed: ['flag\ta'], source: 'stream', urgent: false }]);
    expect(driver.session.state).toEqual(aState(5, [aFlag('a', 5)]));
  });

  test('tries again after a random 0 to 5 s when nobody answers within 10 s', () => {
    const driver = aDriver({ random: 0.5 });
    driver.start();
    driver.advance(10 * SECOND);
    expect(driver.take('terminate')).toEqual([{ kind: 'terminate', socket: 1 }]);
    driver.take('connect');
    driver.advance(2_499);
    expect(driver.take('connect')).toEqual([]);
    driver.advance(1);
    expect(driver.take('connect')).toEqual([{ kind: 'connect', socket: 2 }]);
  });

  test('does nothing more once it is stopped', () => {
    const driver = aDriver().ready();
    driver.handle({ kind: 'stop', now: driver.now() });
    expect(driver.take('terminate')).toEqual([{ kind: 'terminate', socket: 1 }]);
    expect(driver.wakeAt()).toBeNull();
    driver.handle({ kind: 'timer', now: driver.now() + 10 * MINUTE });
    driver.closed();
    expect(driver.take('connect')).toEqual([]);
  });
});

describe('a change', () => {
  test('is acknowledged within 500 ms, together with what follows, and at most once a second', () => {
    const driver = aDriver({ random: 0.4 }).ready();
    driver.advance(SECOND);
    driver.frames(aChange(5, 6, [aFlag('a', 6)], [aPut('a', 6)]));
    driver.advance(100);
    driver.frames(aChange(6, 7, [aFlag('a', 7)], [aPut('a', 7)]));
    expect(driver.sent()).toEqual([]);
    driver.advance(100);
    expect(driver.sent()).toEqual([{ t: 'ack', v: 7, d8: d8Of(digest(aFlag('a', 7))), applyUs: 0, heldMs: 100 }]);
    driver.frames(aChange(7, 8, [aFlag('a', 8)], [aPut('a', 8)]));
    driver.advance(999);
    expect(driver.sent()).toEqual([]);
    driver.advance(1);
    expect(driver.sent()).toMatchObject([{ t: 'ack', v: 8, heldMs: 1_000 }]);
  });

  test('that is urgent is acknowledged at once', () => {
    const driver = aDriver().ready();
    driver.frames(aChange(5, 6, [aFlag('a', 6)], [aPut('a', 6)], true));
    expect(driver.take('applied')).toMatchObject([{ urgent: true }]);
    expect(driver.sent()).toMatchObject([{ t: 'ack', v: 6, heldMs: 0 }]);
  });

  test('in several frames is applied with the last', () => {
    const driver = aDriver().ready();
    const after = [aFlag('a', 6), aFlag('b', 6)];
    driver.frames({ t: 'change', from: 5, to: 6, digest: digest(...after), frames: 2, ops: [aPut('a', 6)] });
    expect(driver.session.state?.version).toBe(5);
    driver.frames({ t: 'ops', to: 6, ops: [aPut('b', 6)] });
    expect(driver.session.state).toEqual(aState(6, after));
  });

  test('tells which flags it could not read', () => {
    const driver = aDriver({ unsupported: ({ version }) => (version > 5 ? ['a'] : []) }).ready();
    driver.frames(aChange(5, 6, [aFlag('a', 6)], [aPut('a', 6)], true));
    expect(driver.sent()).toMatchObject([{ t: 'ack', unsupported: ['a'] }]);
  });

  test('on which the evaluator breaks is refused, and the state before kept', () => {
    const driver = aDriver({
      unsupported: ({ version }) => {
        if (version > 5) throw new Error('broken');
        return [];
      },
    }).ready();
    driver.frames(aChange(5, 6, [aFlag('a', 6)], [aPut('a', 6)]));
    expect(driver.sent()).toEqual([{ t: 'nack', v: 6, code: 'apply' }]);
    expect(driver.session.state?.version).toBe(5);
    expect(driver.take('applied')).toEqual([]);
  });

  test('that leaves a gap keeps the state and asks from there', () => {
    const driver = aDriver().ready();
    driver.frames(aChange(6, 7, [aFlag('a', 7)], [aPut('a', 7)]));
    expect(driver.sent()).toEqual([
      { t: 'resync', basis: { epoch: EPOCH, version: 5, digest: digest(aFlag('a', 5)) } },
    ]);
    driver.frames(aChange(7, 8, [aFlag('a', 8)], [aPut('a', 8)]));
    expect(driver.sent()).toEqual([]);
    driver.frames(aChange(5, 8, [aFlag('a', 8)], [aPut('a', 8)]));
    expect(driver.session.state?.version).toBe(8);
  });

  test('that still leaves a gap 5 s after a resync makes it connect anew', () => {
    const driver = aDriver().ready();
    driver.frames(aChange(6, 7, [], []));
    driver.advance(5 * SECOND);
    driver.frames(aChange(7, 8, [], []));
    expect(driver.take('terminate')).toEqual([{ kind: 'terminate', socket: 1 }]);
    driver.advance(5 * SECOND);
    expect(driver.take('connect')).toHaveLength(1);
  });

  test('that it has already is nothing', () => {
    const driver = aDriver().ready();
    driver.frames(aChange(3, 4, [], []));
    expect(driver.sent()).toEqual([]);
    expect(driver.session.state?.version).toBe(5);
  });
});

describe('a state whose digest is wrong', () => {
  const wrong = () => aChange(5, 6, [aFlag('other', 6)], [aPut('a', 6)]);

  test('is rolled back and refused, and everything asked for once within 10 s', () => {
    const driver = aDriver({ random: 0.5 }).ready();
    driver.frames(wrong());
    expect(driver.sent()).toEqual([{ t: 'nack', v: 6, code: 'digest' }]);
    expect(driver.session.state).toEqual(aState(5, [aFlag('a', 5)]));
    driver.frames(aChange(6, 7, [aFlag('a', 7)], [aPut('a', 7)]));
    driver.advance(4_999);
    expect(driver.sent()).toEqual([]);
    driver.advance(1);
    expect(driver.sent()).toEqual([{ t: 'resync', basis: null }]);
    driver.frames(...aTransfer(7, [aFlag('a', 7)]));
    expect(driver.session.state?.version).toBe(7);
    expect(driver.take('connection')).toEqual([]);
  });

  test('a second time leaves it degraded with its last good state, and asking every 10 min', () => {
    const driver = aDriver().ready();
    driver.frames(wrong());
    driver.advance(5 * SECOND);
    driver.sent();
    const broken = aTransfer(6, [aFlag('a', 6)]).slice(0, 2);
    driver.frames(...broken, { t: 'commit', v: 6, digest: digest(aFlag('b', 6)) });
    expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'degraded' }]);
    expect(driver.session.state?.version).toBe(5);
    driver.sent();
    const heard = () => driver.text('{"t":"noise"}');
    for (let minute = 0; minute < 19; minute += 1) {
      driver.advance(30 * SECOND);
      heard();
    }
    expect(driver.sent()).toEqual([]);
    driver.advance(30 * SECOND);
    expect(driver.sent()).toEqual([{ t: 'resync', basis: null }]);
    driver.frames(...aTransfer(6, [aFlag('a', 6)]));
    expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'streaming' }]);
  });

  test('is asked for again when the connection is lost before', () => {
    const driver = aDriver({ random: 0.5 }).ready();
    driver.frames(wrong());
    driver.closed();
    driver.advance(5 * SECOND);
    driver.opened();
    expect(driver.sent().at(-1)).toMatchObject({ t: 'hello', basis: null });
  });
});

describe('a full state', () => {
  test('of a lower version is not taken, and the server asked after 5 s what that means', () => {
    const driver = aDriver().ready();
    driver.frames(...aTransfer(4, [aFlag('a', 4)]));
    expect(driver.session.state?.version).toBe(5);
    expect(driver.sent()).toEqual([]);
    driver.advance(5 * SECOND);
    expect(driver.sent()).toMatchObject([{ t: 'resync', basis: { version: 5 } }]);
  });

  test.for<[why: string, extra: { rebase?: true; epoch?: string }]>([
    ['with a rebase', { rebase: true }],
    ['of another epoch', { epoch: 'b'.repeat(16) }],
  ])('of a lower version is taken %s', ([, extra]) => {
    const driver = aDriver().ready();
    driver.frames(...aTransfer(4, [aFlag('a', 4)], extra));
    expect(driver.session.state?.version).toBe(4);
    expect(driver.take('applied')).toMatchObject([{ changed: ['flag\ta'] }]);
  });

  test('without items is taken only when the server means it', () => {
    const driver = aDriver().ready();
    driver.frames(...aTransfer(6, []));
    expect(driver.sent()).toEqual([{ t: 'nack', v: 6, code: 'empty' }]);
    expect(driver.session.state?.version).toBe(5);
    driver.frames(...aTransfer(6, [], { empty: true }));
    expect(driver.session.state?.items.size).toBe(0);
  });

  test('over the limits is refused, and what still comes of it ignored', () => {
    const driver = aDriver().ready();
    driver.frames({ t: 'begin', epoch: EPOCH, v: 6, items: 20_001, bytes: 1 });
    driver.frames({ t: 'items', items: [aFlag('a', 6)] }, { t: 'commit', v: 6, digest: digest(aFlag('a', 6)) });
    expect(driver.sent()).toEqual([{ t: 'nack', v: 6, code: 'too-big' }]);
    expect(driver.take('problem').map(({ code }) => code)).toEqual(['GP1105']);
    expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'degraded' }]);
  });

  test('whose count is wrong, or whose socket is lost, leaves the old one', () => {
    const driver = aDriver().ready();
    const [begin, items, commit] = aTransfer(6, [aFlag('a', 6)]) as [ServerFrame, ServerFrame, ServerFrame];
    driver.frames(begin, items, items, commit);
    expect(driver.session.state?.version).toBe(5);
    driver.frames(begin, items);
    const old = driver.socket();
    driver.closed();
    driver.text(JSON.stringify(commit), old);
    expect(driver.session.state?.version).toBe(5);
  });
});

describe('heartbeats', () => {
  const heartbeat = (v: number, items: readonly Item[]): ServerFrame => ({ t: 'hb', v, d8: d8Of(digest(...items)) });

  test('are answered', () => {
    const driver = aDriver().ready();
    driver.frames(heartbeat(5, [aFlag('a', 5)]));
    expect(driver.sent()).toEqual([{ t: 'hb' }]);
  });

  test('of a later version make it ask when nothing arrives within 5 s', () => {
    const driver = aDriver().ready();
    driver.frames(heartbeat(6, [aFlag('a', 6)]));
    driver.sent();
    driver.advance(5 * SECOND);
    expect(driver.sent()).toMatchObject([{ t: 'resync', basis: { version: 5 } }]);
    expect(driver.take('applied')).toEqual([]);
  });

  test('of a later version mean nothing when it arrives after all', () => {
    const driver = aDriver().ready();
    driver.frames(heartbeat(6, [aFlag('a', 6)]));
    driver.frames(aChange(5, 6, [aFlag('a', 6)], [aPut('a', 6)], true));
    driver.sent();
    driver.advance(10 * SECOND);
    expect(driver.sent()).toEqual([]);
  });

  test('with another digest of the same version make it ask for everything', () => {
    const driver = aDriver({ random: 0 }).ready();
    driver.frames(heartbeat(5, [aFlag('b', 5)]));
    driver.advance(0);
    expect(driver.sent()).toEqual([{ t: 'hb' }, { t: 'nack', v: 5, code: 'digest' }, { t: 'resync', basis: null }]);
  });

  test('mean nothing while a full state comes in', () => {
    const driver = aDriver();
    driver.start();
    driver.opened();
    driver.frames(aWelcome(), heartbeat(9, []));
    driver.frames(...aTransfer(5, [aFlag('a', 5)]).slice(0, 2), heartbeat(9, []));
    driver.sent();
    driver.advance(8 * SECOND);
    expect(driver.sent()).toEqual([]);
  });

  test('that stay away for 60 s end the connection, without a closing handshake', () => {
    const driver = aDriver().ready();
    driver.frames(heartbeat(5, [aFlag('a', 5)]));
    driver.advance(MINUTE - 1);
    expect(driver.take('terminate')).toEqual([]);
    driver.advance(1);
    expect(driver.take('terminate')).toEqual([{ kind: 'terminate', socket: 1 }]);
    expect(driver.take('problem')).toMatchObject([{ code: 'GP1103' }]);
    expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'disconnected' }]);
  });
});

describe('frames that cannot be', () => {
  test('of an older socket are ignored', () => {
    const driver = aDriver({ random: 0 }).ready();
    driver.closed();
    driver.advance(0);
    driver.text(JSON.stringify(aChange(5, 6, [aFlag('a', 6)], [aPut('a', 6)])), 1);
    driver.handle({ kind: 'closed', socket: 1, now: driver.now(), status: 401 });
    expect(driver.session.state?.version).toBe(5);
    expect(driver.take('problem').map(({ code }) => code)).toEqual(['GP1102']);
  });

  test('are reported, and the state kept and asked for again', () => {
    const driver = aDriver().ready();
    driver.text('{"t":"change"}');
    expect(driver.sent()).toMatchObject([{ t: 'nack', v: 5, code: 'malformed' }, { t: 'resync' }]);
    expect(driver.take('problem')).toMatchObject([{ code: 'GP1106' }]);
  });

  test('with bodies that are nothing like a flag leave the session standing (fuzz)', () => {
    const someFrame = fc.oneof(
      fc.record({
        t: fc.constantFrom('change', 'ops', 'begin', 'items', 'commit', 'hb', 'welcome', 'goodbye', 'x'),
        from: fc.constantFrom(4, 5, 6),
        to: fc.constantFrom(5, 6, 7),
        v: fc.constantFrom(5, 6),
        frames: fc.constantFrom(undefined, 1, 2),
        epoch: fc.constantFrom(EPOCH, 'b'.repeat(16), 'x'),
        digest: fc.constantFrom(digest(aFlag('a', 6)), digest()),
        bytes: fc.constantFrom(1, 1e9),
        items: fc.oneof(
          fc.constantFrom(0, 1),
          fc.array(fc.oneof(fc.constant(aFlag('a', 6)), fc.anything()), { maxLength: 2 }),
        ),
        ops: fc.array(
          fc.oneof(
            fc.constant(aPut('a', 6)),
            fc.constant({ op: 'put', kind: 'segment', key: 's', rev: 6, body: { included: 3 } }),
            fc.constant({ op: 'members', key: 's', rev: 6, ctx: 'user', list: 'included', add: [], remove: [] }),
            fc.constant({ op: 'part', kind: 'flag', key: 'a', rev: 6, i: 0, n: 2, text: '{' }),
          ),
          { maxLength: 3 },
        ),
      }),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(someFrame, fc.nat(20_000)), { maxLength: 12 }), (frames) => {
        const driver = aDriver().ready();
        for (const [frame, pause] of frames) {
          driver.text(JSON.stringify(frame) ?? '');
          driver.advance(pause);
          const { state } = driver.session;
          expect(state?.digest).toBe(digestOf(state?.items.values() ?? [], hash));
        }
      }),
    );
  });
});

describe('a lost connection', () => {
  /** Milliseconds until the session tries again, or does so no more within an hour. */
  function delayOf(driver: ReturnType<typeof aDriver>): number {
    driver.take('connect');
    const lostAt = driver.now();
    while (driver.now() - lostAt < 60 * MINUTE) {
      const at = driver.wakeAt();
      if (at === null) break;
      driver.advance(at - driver.now());
      if (driver.take('connect').length > 0) return driver.now() - lostAt;
    }
    return Number.POSITIVE_INFINITY;
  }

  test.for<[how: object, from: number, to: number]>([
    [{}, 0, 5 * SECOND],
    [{ code: 1012 }, 0, 5 * SECOND],
    [{ code: 1006 }, 0, 5 * SECOND],
    [{ status: 503 }, 0, 5 * SECOND],
    [{ status: 503, retryAfterMs: 20 * SECOND }, 20 * SECOND, 20 * SECOND],
    [{ status: 429, retryAfterMs: 0 }, SECOND, 5 * SECOND],
    [{ status: 429, retryAfterMs: -5 }, SECOND, 5 * SECOND],
    [{ status: 429, retryAfterMs: 1e12 }, 10 * MINUTE, 10 * MINUTE],
    [{ status: 401 }, 2.5 * MINUTE, 7.5 * MINUTE],
    [{ status: 403 }, 2.5 * MINUTE, 7.5 * MINUTE],
    [{ status: 426 }, 2.5 * MINUTE, 7.5 * MINUTE],
    [{ code: 4401 }, 2.5 * MINUTE, 7.5 * MINUTE],
    [{ status: 401, retryAfterMs: 1 }, 2.5 * MINUTE, 7.5 * MINUTE],
  ])('%j is followed by an attempt after %d to %d ms', ([how, from, to]) => {
    const delays = [0, 0.5, 0.999].map((random) => {
      const driver = aDriver({ random }).ready();
      driver.closed(how);
      return delayOf(driver);
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(from);
    expect(Math.max(...delays)).toBeLessThanOrEqual(to);
    expect(delays[0]).toBeLessThanOrEqual(from);
  });

  test.for([
    [401, 'GP1401'],
    [403, 'GP1403'],
  ])('with status %d keeps the values and says who has to act', ([status, code]) => {
    const driver = aDriver().ready();
    driver.closed({ status: Number(status) });
    expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'unauthorized' }]);
    expect(driver.take('problem')).toMatchObject([{ code, retryable: false }]);
    expect(driver.session.state?.version).toBe(5);
  });

  test('again and again waits 50 to 100 % of a doubling ceiling, and forgets that after a good minute', () => {
    const driver = aDriver({ random: 1 - 1e-9 }).ready();
    driver.closed();
    const delays = [delayOf(driver)];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      driver.closed();
      delays.push(delayOf(driver));
    }
    expect(delays.map((ms) => Math.round(ms / SECOND))).toEqual([5, 2, 4, 8]);
    driver.opened();
    driver.frames(aWelcome({ intent: 'none', reason: 'current' }));
    driver.advance(30 * SECOND);
    driver.text('{"t":"x"}');
    driver.advance(31 * SECOND);
    driver.closed();
    expect(delayOf(driver)).toBeLessThanOrEqual(5 * SECOND);
  });

  test('does not count as good before 60 s', () => {
    const driver = aDriver({ random: 1 - 1e-9 });
    driver.start();
    driver.closed();
    delayOf(driver);
    driver.opened();
    driver.frames(aWelcome(), ...aTransfer(5, [aFlag('a', 5)]));
    driver.advance(59 * SECOND);
    driver.closed();
    expect(Math.round(delayOf(driver) / SECOND)).toBe(2);
  });

  test.for([1, 2, 3, 4, 5, 6, 7, 8])(
    'T29: to a server that accepts and drops at once makes few attempts, with jitter (seed %d)',
    (seed) => {
      const attempts = attemptsWithin(60 * MINUTE, seed);
      const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
      expect(attempts.filter((at) => at < 5 * MINUTE).length).toBeLessThanOrEqual(20);
      expect(attempts.length).toBeLessThanOrEqual(60);
      expect(attempts.length).toBeGreaterThan(10);
      expect(deviation / mean).toBeGreaterThan(0.2);
    },
  );

  /** When a session connects to a server that drops every connection, and answers no poll. */
  function attemptsWithin(ms: number, seed: number): readonly number[] {
    let last = seed * 7_919;
    const random = () => {
      last = (Math.imul(last, 48_271) >>> 0) % 0x7fffffff;
      return last / 0x7fffffff;
    };
    const driver = aDriver({ random });
    const attempts: number[] = [];
    driver.start();
    while (driver.now() < ms) {
      for (const _ of driver.take('connect')) {
        attempts.push(driver.now());
        driver.opened();
        driver.closed({ code: 1006 });
      }
      if (driver.take('poll').length > 0) driver.polled({ kind: 'unreachable' });
      const at = driver.wakeAt();
      if (at === null) throw new Error('It gave up');
      driver.advance(at - driver.now());
    }
    return attempts;
  }

  test('is noticed at exactly the moment that was asked for, though times are fractions', () => {
    const driver = aDriver().ready();
    driver.advance(51_281.80292170123 - driver.now());
    driver.text('{"t":"x"}');
    driver.advance((driver.wakeAt() ?? 0) - driver.now());
    expect(driver.take('terminate')).toHaveLength(1);
  });
});

describe('a goodbye', () => {
  test('makes it leave at a random moment of the spread, straight to another socket', () => {
    const driver = aDriver({ random: 0.5 }).ready();
    driver.frames({ t: 'goodbye', reason: 'drain', spread: 20_000 });
    driver.frames(aChange(5, 6, [aFlag('a', 6)], [aPut('a', 6)], true));
    expect(driver.session.state?.version).toBe(6);
    driver.advance(9_999);
    expect(driver.take('terminate')).toEqual([]);
    driver.advance(1);
    expect(driver.take('terminate')).toEqual([{ kind: 'terminate', socket: 1 }]);
    expect(driver.take('connect')).toEqual([{ kind: 'connect', socket: 2 }]);
  });
});

test('a goodbye for another reason waits for the close that follows', () => {
  const driver = aDriver({ random: 0 }).ready();
  driver.frames({ t: 'goodbye', reason: 'revoked' });
  driver.advance(SECOND);
  expect(driver.take('terminate')).toEqual([]);
  driver.closed({ code: 4401 });
  expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'unauthorized' }]);
});

describe('polling', () => {
  function aPolling(random = 0.5) {
    const driver = aDriver({ random, state: aState(5, [aFlag('a', 5)]) });
    driver.start();
    for (let loss = 0; loss < 5; loss += 1) {
      const lost = driver.socket();
      driver.closed({ status: 404 });
      while (loss < 4 && driver.socket() === lost) {
        driver.advance((driver.wakeAt() ?? 0) - driver.now());
        // The one that helps out at the start.
        if (driver.take('poll').length > 0) driver.polled({ kind: 'unreachable' });
      }
    }
    driver.advance(0);
    return driver;
  }

  test('begins after 5 failures within a minute, with what the SDK holds', () => {
    const driver = aPolling();
    expect(driver.take('poll')).toEqual([
      { kind: 'poll', basis: { epoch: EPOCH, version: 5, digest: digest(aFlag('a', 5)) } },
    ]);
  });

  test('goes on every 30 s, applies what it gets, and tries the stream every 5 min', () => {
    const driver = aPolling();
    driver.take('poll');
    driver.take('connect');
    driver.polled({ kind: 'payload', text: JSON.stringify(aDelta(6)) });
    expect(driver.take('applied')).toMatchObject([{ source: 'poll', changed: ['flag\ta'] }]);
    expect(driver.take('connection')).toEqual([{ kind: 'connection', connection: 'polling' }]);
    driver.advance(30 * SECOND - 1);
    expect(driver.take('poll')).toEqual([]);
    driver.advance(1);
    expect(driver.take('poll')).toMatchObject([{ basis: { version: 6 } }]);
    driver.polled({ kind: 'unchanged' });
    driver.advance(4.5 * MINUTE);
    expect(driver.take('connect')).toHaveLength(1);
  });

  test('ends when the stream delivers', () => {
    const driver = aPolling();
    driver.polled({ kind: 'unchanged' });
    driver.take('connect');
    while (driver.take('connect').length === 0) driver.advance(SECOND);
    driver.opened();
    driver.frames(aWelcome(), ...aTransfer(6, [aFlag('a', 6)]));
    expect(driver.take('connection').at(-1)).toEqual({ kind: 'connection', connection: 'streaming' });
    driver.take('poll');
    driver.advance(50 * SECOND);
    expect(driver.take('poll')).toEqual([]);
  });

  test('helps out when a stream opens and delivers nothing for 10 s', () => {
    const driver = aDriver();
    driver.start();
    driver.opened();
    driver.frames(aWelcome());
    driver.advance(10 * SECOND - 1);
    expect(driver.take('poll')).toEqual([]);
    driver.advance(1);
    expect(driver.take('poll')).toEqual([{ kind: 'poll', basis: null }]);
    expect(driver.take('terminate')).toEqual([]);
  });

  test('does not help out while a large state is coming in', () => {
    const driver = aDriver();
    driver.start();
    driver.opened();
    driver.frames(aWelcome(), { t: 'begin', epoch: EPOCH, v: 5, items: 3, bytes: 100 });
    for (const key of ['a', 'b']) {
      driver.advance(8 * SECOND);
      driver.frames({ t: 'items', items: [aFlag(key, 5)] });
    }
    expect(driver.take('poll')).toEqual([]);
  });

  test.for<[what: string, answer: PollAnswer, code: string]>([
    ['no payload', { kind: 'payload', text: '<html>' }, 'GP1106'],
    ['a wrong digest', { kind: 'payload', text: JSON.stringify({ ...aDelta(6), digest: digest() }) }, 'GP1104'],
    ['a refusal', { kind: 'refused', status: 429 }, 'GP1429'],
    ['an error', { kind: 'refused', status: 500 }, 'GP1500'],
    ['nothing', { kind: 'unreachable' }, 'GP1102'],
  ])('that gets %s keeps the state and comes less often', ([, answer, code]) => {
    const driver = aPolling();
    driver.take('poll');
    driver.take('problem');
    driver.polled(answer);
    expect(driver.take('problem')).toMatchObject([{ code }]);
    expect(driver.session.state?.version).toBe(5);
    driver.advance(59 * SECOND);
    expect(driver.take('poll')).toEqual([]);
    driver.advance(SECOND);
    expect(driver.take('poll')).toHaveLength(1);
  });

  test('never goes back without being allowed to', () => {
    const driver = aPolling();
    const older = { kind: 'full', epoch: EPOCH, version: 4, digest: digest(aFlag('a', 4)), items: [aFlag('a', 4)] };
    driver.polled({ kind: 'payload', text: JSON.stringify(older) });
    expect(driver.session.state?.version).toBe(5);
    driver.advance(2 * MINUTE);
    driver.polled({ kind: 'payload', text: JSON.stringify({ ...older, rebase: true }) });
    expect(driver.session.state?.version).toBe(4);
  });
});

function aDelta(version: number) {
  const ops = [aPut('a', version)];
  return { kind: 'delta', epoch: EPOCH, from: 5, version, digest: digest(aFlag('a', version)), ops };
}
