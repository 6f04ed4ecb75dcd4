import { createHash } from 'node:crypto';
import type { WholeOp } from '@glidepath/core/protocol';
import {
  applyOps,
  type Basis,
  decodeServerFrame,
  digestOf,
  type Hash,
  type ServerFrame,
} from '@glidepath/core/protocol';
import { describe, expect, test } from 'vitest';
import { KEEPS_UP } from './lagging.ts';
import { createDispatcher, type Facts, heartbeatOf, type Outgoing } from './outgoing.ts';
import { advanced, basisOf, type Snapshot, snapshotOf } from './snapshot.ts';

const hash: Hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const MIB = 1024 * 1024;

describe('a connection that keeps up', () => {
  test('is handed the same text as every other', () => {
    const { dispatcher, first, second } = aWorld();
    const one = dispatcher.next(at(first), facts(second));
    const other = dispatcher.next(at(first), facts(second));
    expect(framesOf(one.frames)).toMatchObject([{ t: 'change', from: 1, to: 2 }]);
    expect(one.frames[0]).toBe(other.frames[0]);
    expect(one.outgoing.handed).toEqual(basisOf(second));
    expect(dispatcher.next(one.outgoing, facts(second)).frames).toEqual([]);
  });

  test('gets a single change as a change, however large it is beside the snapshot', () => {
    const { dispatcher, first } = aWorld();
    const next = committed(first, { size: 10_000 });
    expect(framesOf(dispatcher.next(at(first), facts(next)).frames)).toMatchObject([{ t: 'change' }]);
  });
});

describe('a connection whose buffer is full', () => {
  test('is sent nothing until it has emptied, and then one merged change', () => {
    const { dispatcher, first, second } = aWorld();
    const full = dispatcher.next(at(first), facts(second, { buffered: MIB }));
    expect(full.frames).toEqual([]);
    const third = committed(second);
    const later = dispatcher.next(full.outgoing, facts(third, { buffered: 10, now: 100 }));
    expect(later.frames).toEqual([]);
    const drained = dispatcher.next(later.outgoing, facts(third, { cause: 'tick', now: 250 }));
    expect(framesOf(drained.frames)).toMatchObject([{ t: 'change', from: 1, to: 3 }]);
    expect(drained.outgoing.lag.since).toBeNull();
  });

  test('is ended after 30 s', () => {
    const { dispatcher, first, second } = aWorld();
    const full = dispatcher.next(at(first), facts(second, { buffered: MIB }));
    const tick = (now: number) => dispatcher.next(full.outgoing, facts(second, { cause: 'tick', buffered: 9, now }));
    expect(tick(29_999).next).toBe('wait');
    expect(tick(30_000).next).toBe('terminate');
  });

  test('is ended when that happens for the third time within 5 min', () => {
    const { dispatcher, first, second } = aWorld();
    const spells = [0, 100_000, 200_000].map((now) => {
      const lag = { since: null, spells: [0, 100_000].filter((spell) => spell < now) };
      return dispatcher.next({ ...at(first), lag }, facts(second, { buffered: MIB, now })).next;
    });
    expect(spells).toEqual(['wait', 'wait', 'terminate']);
  });

  test('gets an urgent change at once, merged with all that it missed', () => {
    const { dispatcher, first, second } = aWorld();
    const lagging = dispatcher.next(at(first), facts(second, { buffered: MIB })).outgoing;
    const killed = committed(second, { urgent: true });
    const step = dispatcher.next(lagging, facts(killed, { cause: 'urgent', buffered: MIB, now: 10 }));
    expect(framesOf(step.frames)).toMatchObject([{ t: 'change', from: 1, to: 3, urgent: true }]);
    expect(step.outgoing.lag.since).toBe(0);
  });
});

describe('a full transfer', () => {
  test('waits for its turn, then tells everything and ends with what was committed meanwhile', () => {
    const { dispatcher, first, second } = aWorld();
    const greeting = dispatcher.greet(null, first, false);
    if (greeting.kind !== 'answer') throw new Error('It was not answered');
    expect(greeting).toMatchObject({ intent: 'full', reason: 'cold', rebase: false });
    const waiting = dispatcher.next(greeting.outgoing, facts(first, { mayTransfer: false }));
    expect(waiting).toMatchObject({ frames: [], next: 'needs-transfer' });
    const begun = dispatcher.next(greeting.outgoing, facts(first, { buffered: MIB }));
    expect(begun.frames).toEqual([]);
    const killed = committed(second, { urgent: true });
    const rest = dispatcher.next(begun.outgoing, facts(killed, { cause: 'urgent', now: 10 }));
    expect(framesOf(rest.frames)).toMatchObject([
      { t: 'begin', v: 1 },
      { t: 'items' },
      { t: 'commit', v: 1 },
      { t: 'change', from: 1, to: 3, urgent: true },
    ]);
  });

  test('larger than the buffer goes in portions, and is ended when nothing moves for 30 s', () => {
    const { dispatcher, first } = aWorld();
    const large = Array.from({ length: 3 }).reduce<Snapshot>((at) => committed(at, { size: 900_000 }), first);
    const greeting = dispatcher.greet(null, large, false);
    if (greeting.kind !== 'answer') throw new Error('It was not answered');
    const begun = dispatcher.next(greeting.outgoing, facts(large));
    const bytes = begun.frames.reduce((sum, frame) => sum + frame.length, 0);
    expect(bytes).toBeLessThanOrEqual(MIB);
    expect(framesOf(begun.frames).at(-1)?.t).toBe('items');
    const stuck = (now: number) => dispatcher.next(begun.outgoing, facts(large, { cause: 'tick', buffered: MIB, now }));
    expect(stuck(29_999).next).toBe('wait');
    expect(stuck(30_000).next).toBe('terminate');
    const heartbeat = heartbeatOf(begun.outgoing, large);
    expect(heartbeat.v).toBe(large.version);
  });

  test('is owed to everybody when the history is another, and allows a lower version when it was cut', () => {
    const { dispatcher, first, second } = aWorld();
    const restored: Snapshot = { ...first, epoch: 'b'.repeat(16) };
    expect(framesOf(dispatcher.next(at(second), facts(restored)).frames)[0]).toEqual({
      t: 'begin',
      epoch: 'b'.repeat(16),
      v: 1,
      items: 1,
      bytes: first.bytes,
    });
    expect(framesOf(dispatcher.next(at(second), facts(first)).frames)[0]).toMatchObject({ v: 1, rebase: true });
    expect(dispatcher.greet(basisOf(second), first, true)).toMatchObject({ reason: 'ahead', rebase: true });
  });

  test('says that it means no items', () => {
    const { dispatcher, empty } = aWorld();
    const frames = framesOf(dispatcher.next({ ...at(empty), handed: null }, facts(empty)).frames);
    expect(frames).toMatchObject([
      { t: 'begin', items: 0 },
      { t: 'commit', empty: true },
    ]);
  });
});

describe('a heartbeat', () => {
  test('names the position that was handed over, so that a waiting connection is not alarmed', () => {
    const { first, second } = aWorld();
    expect(heartbeatOf(at(first), second).v).toBe(1);
    expect(heartbeatOf({ ...at(first), handed: null }, second).v).toBe(2);
  });
});

describe('a poll', () => {
  test('is answered with nothing, a delta or everything, as a stream would be', () => {
    const { dispatcher, first } = aWorld();
    const base = Array.from({ length: 9 }).reduce<Snapshot>((at) => committed(at, { size: 100 }), first);
    const head = committed(base);
    expect(dispatcher.poll(basisOf(head), head, false)).toEqual({ kind: 'unchanged' });
    const delta = dispatcher.poll(basisOf(base), head, false);
    expect(delta.kind === 'payload' && JSON.parse(delta.text)).toMatchObject({ kind: 'delta', from: base.version });
    const full = dispatcher.poll(null, head, false);
    expect(full.kind === 'payload' && JSON.parse(full.text)).toMatchObject({ kind: 'full', version: head.version });
    const ahead: Basis = { ...basisOf(head), version: head.version + 5 };
    expect(dispatcher.poll(ahead, head, false)).toEqual({ kind: 'read-primary' });
    const back = dispatcher.poll(ahead, head, true);
    expect(back.kind === 'payload' && JSON.parse(back.text)).toMatchObject({ kind: 'full', rebase: true });
  });
});

describe('what connections share', () => {
  test('T7: cannot be altered', () => {
    const { first } = aWorld();
    const [item] = first.items.values();
    expect(() => Object.assign(first, { version: 9 })).toThrow(TypeError);
    expect(() => Object.assign(item?.body ?? {}, { salt: 'x' })).toThrow(TypeError);
    expect(() => (first.items as Map<unknown, unknown>).clear()).toThrow(TypeError);
  });
});

test('a snapshot does not take a change that skips one or leads elsewhere', () => {
  const { first, second } = aWorld();
  const [entry] = second.ring.entries;
  if (!entry) throw new Error('There is no change');
  expect(advanced(first, { ...entry.change, version: 3 }, hash)).toBeNull();
  expect(advanced(first, { ...entry.change, digest: '0'.repeat(32) }, hash)).toBeNull();
  expect(advanced(first, entry.change, hash)?.digest).toBe(second.digest);
});

function aWorld() {
  const empty = snapshotOf({ id: 'env', epoch: 'a'.repeat(16), version: 1, digest: digestOf([], hash), items: [] }, []);
  const items = [{ kind: 'flag', key: 'a', rev: 1, body: { text: 'x'.repeat(1_000) } as never }] as const;
  const first = snapshotOf({ id: 'env', epoch: 'a'.repeat(16), version: 1, digest: digestOf(items, hash), items }, []);
  return { dispatcher: createDispatcher(), empty, first, second: committed(first) };
}

function committed(before: Snapshot, { urgent = false, size = 0 } = {}): Snapshot {
  const version = before.version + 1;
  const key = size > 100 ? `large-${version}` : `k${version % 3}`;
  const body = { text: 'x'.repeat(size) } as never;
  const ops: readonly WholeOp[] = [{ op: 'put', kind: 'flag', key, rev: version, body }];
  const digest = applyOps(before, ops, hash)?.digest ?? '';
  const change = { environment: 'env', version, changeId: `c${version}`, ops, digest, urgent, at: 0 };
  const after = advanced(before, change, hash);
  if (!after) throw new Error('The change does not follow');
  return after;
}

function at(snapshot: Snapshot): Outgoing {
  return { handed: basisOf(snapshot), transfer: null, rebase: false, lag: KEEPS_UP };
}

function facts(snapshot: Snapshot, overrides: Partial<Facts> = {}): Facts {
  return { snapshot, cause: 'change', buffered: 0, now: 0, mayTransfer: true, ...overrides };
}

function framesOf(texts: readonly string[]): readonly ServerFrame[] {
  return texts.map((text) => {
    const decoded = decodeServerFrame(text);
    if (decoded.kind !== 'frame') throw new Error(`It is ${decoded.kind}`);
    return decoded.frame;
  });
}
