import { describe, expect, test } from 'vitest';
import type { ClientAction, EnvironmentState, PollAnswer } from './client-events.ts';
import { createSession } from './session.ts';

const MINUTE = 60_000;
const PAYLOAD = JSON.stringify({
  kind: 'full',
  epoch: 'a'.repeat(16),
  version: 1,
  digest: '0'.repeat(32),
  items: [],
  empty: true,
});

const HELD: EnvironmentState = { epoch: 'a'.repeat(16), version: 0, digest: '0'.repeat(32), items: new Map() };

/** A session whose stream is refused at once again and again, and whose polls are answered so. */
function pollsOf(answer: PollAnswer, forMs: number, unsupported: () => readonly string[] = () => []) {
  const polls: number[] = [];
  const bases: unknown[] = [];
  const applied: ClientAction[] = [];
  const session = createSession({
    sdk: 'node/1',
    instance: 'i',
    application: {},
    hash: () => '0'.repeat(32),
    random: () => 0.5,
    connectMs: 10_000,
    idleMs: MINUTE,
    pollIntervalMs: 30_000,
    reconnect: { minMs: 1_000, maxMs: 30_000 },
    unsupported,
  });
  let wakeAt: number | null = null;
  let now = 0;
  const take = (actions: readonly ClientAction[]): void => {
    for (const action of actions) {
      if (action.kind === 'wake') wakeAt = action.at;
      if (action.kind === 'applied') applied.push(action);
      if (action.kind === 'connect') take(session.handle({ kind: 'closed', socket: action.socket, now }));
      if (action.kind === 'poll') {
        polls.push(now);
        bases.push(action.basis);
        take(session.handle({ kind: 'polled', now, answer }));
      }
    }
  };
  take(session.handle({ kind: 'start', now, state: HELD }));
  for (; wakeAt !== null && wakeAt <= forMs; take(session.handle({ kind: 'timer', now }))) {
    now = wakeAt;
    wakeAt = null;
  }
  return { polls, bases, applied, session };
}

describe('polling', () => {
  test('with a key that is refused asks at most once in two and a half minutes', () => {
    const { polls } = pollsOf({ kind: 'refused', status: 401 }, 60 * MINUTE);
    expect(polls.length).toBeGreaterThan(1);
    const distances = polls.slice(1).map((at, i) => at - (polls[i] ?? 0));
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(2.5 * MINUTE);
  });

  test('does not take a state on which the evaluator breaks', () => {
    const broken = () => {
      throw new Error('cannot be compiled');
    };
    const { polls, applied, session } = pollsOf({ kind: 'payload', text: PAYLOAD }, 10 * MINUTE, broken);
    expect(polls.length).toBeGreaterThan(1);
    expect(applied).toEqual([]);
    expect(session.state).toBe(HELD);
  });

  test('asks for everything after a delta that does not lead where it should', () => {
    const delta = { kind: 'delta', epoch: HELD.epoch, from: 0, version: 1, digest: 'f'.repeat(32), ops: [] };
    const { bases, session } = pollsOf({ kind: 'payload', text: JSON.stringify(delta) }, 3 * MINUTE);
    expect(bases.slice(0, 2)).toEqual([{ epoch: HELD.epoch, version: 0, digest: HELD.digest }, null]);
    expect(session.state).toBe(HELD);
  });
});
