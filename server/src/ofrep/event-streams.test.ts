import type { Item } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { createFlagSets } from '../served/flag-sets.ts';
import { STREAM_LIMITS } from '../stream/limits.ts';
import type { Snapshot } from '../stream/snapshot.ts';
import { createManualClock } from '../test-clock.ts';
import type { EventSink } from './event-sink.ts';
import { openEventStreams } from './event-streams.ts';

const KEY = { kind: 'client-key', id: 'key', environment: 'env', origins: [] } as const;

/** One client-side flag at some version of the environment. */
function snapshotAt(version: number): Snapshot {
  const item: Item = {
    kind: 'flag',
    key: 'flag',
    rev: version,
    body: {
      schema: 1,
      type: 'boolean',
      variations: [{ key: 'on', value: true }],
      on: true,
      clientSide: true,
      salt: 'flag',
      off: 0,
      prerequisites: [],
      targets: [],
      rules: [],
      fallthrough: { variation: 0 },
    },
  };
  const items = new Map([['flag\tflag', item] as const]);
  return {
    environment: 'env',
    epoch: 'e'.repeat(16),
    version,
    digest: '',
    items,
    bytes: 0,
    ring: { entries: [], bytes: 0 },
  };
}

class Sink implements EventSink {
  text = '';
  bufferedBytes = 0;
  state: 'open' | 'ended' | 'cut' = 'open';
  write(text: string): void {
    this.text += text;
  }
  end(): void {
    this.state = 'ended';
  }
  cut(): void {
    this.state = 'cut';
  }
}

function streams({ chance = 0.5, connections = 10 } = {}) {
  const clock = createManualClock(0);
  const random = () => chance;
  let snapshot: Snapshot | null = snapshotAt(1);
  const flagSets = createFlagSets({ hub: { environment: () => snapshot }, engines: {} });
  const limits = { ...STREAM_LIMITS, pollMs: 1_000, connections };
  const opened = openEventStreams({ clock, random, flagSets, limits, isOverloaded: () => false });
  const move = (version: number | null, urgent = false): void => {
    snapshot = version === null ? null : snapshotAt(version);
    opened.moved({ environment: 'env', urgent });
  };
  return { ...opened, clock, move };
}

const refetches = ({ text }: Sink): number => text.split('refetchEvaluation').length - 1;

describe('an event stream', () => {
  test('that reads nothing is cut before it takes more memory', () => {
    const { open, clock, move } = streams();
    const [slow, quick] = [new Sink(), new Sink()];
    open(KEY, slow, null);
    open(KEY, quick, null);
    slow.bufferedBytes = 1_000_000;
    move(2, true);
    expect([slow.state, quick.state]).toEqual(['cut', 'open']);
    clock.moveTo(60_000);
    expect([refetches(slow), refetches(quick)]).toEqual([0, 1]);
  });

  test('tells of many changes once', () => {
    const { open, clock, move } = streams();
    const sink = new Sink();
    open(KEY, sink, null);
    for (let version = 2; version < 50; version += 1) move(version);
    clock.moveTo(2_250);
    expect(refetches(sink)).toBe(1);
    expect(sink.text).toContain(`id: ${'e'.repeat(16)}.49\n`);
  });

  test('keeps its old bookmark in a heartbeat while it still has something to tell', () => {
    const { open, clock, move } = streams({ chance: 0.999 });
    const sink = new Sink();
    open(KEY, sink, null);
    clock.moveTo(24_500);
    move(2);
    clock.moveTo(25_250);
    expect(sink.text).toContain(': still here\n\n');
    expect(refetches(sink)).toBe(0);
    clock.moveTo(27_000);
    expect(refetches(sink)).toBe(1);
  });

  test('ends with its environment', () => {
    const { open, move } = streams();
    const sink = new Sink();
    open(KEY, sink, null);
    move(null);
    expect(sink.state).toBe('ended');
  });

  test('that was closed is told nothing more, and leaves room', () => {
    const { open, admit, clock, move } = streams({ connections: 1 });
    const sink = new Sink();
    const { closed } = open(KEY, sink, null);
    expect(() => admit(KEY)).toThrow('as many event streams as it may');
    closed();
    closed();
    admit(KEY);
    const before = sink.text;
    move(2, true);
    clock.moveTo(700_000);
    expect(sink.text).toBe(before);
  });

  test('is refused once the service stops', () => {
    const { admit, close } = streams();
    close();
    expect(() => admit(KEY)).toThrow('about to stop');
  });
});
