import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '../events.ts';
import { CHANNEL_EVENTS, type ChannelEvent } from '../http/release-types.ts';
import type { StoredDocument } from '../store/store.ts';
import type { ChannelBody } from './channel.ts';
import { routed } from './routing.ts';
import { sampleEvent } from './samples.ts';

const WORDS = { project: 'shop', environment: 'production', flag: 'checkout', actor: 'member:ann', at: 1 };
const TAGS: Readonly<Record<string, readonly string[]>> = { checkout: ['payments'], banner: ['web'] };

function aChannel(body: Partial<ChannelBody>): StoredDocument<ChannelBody> {
  return {
    kind: 'channel',
    parent: 'shop-id',
    key: 'ops',
    id: 'ops-id',
    revision: 1,
    updatedAt: 0,
    body: {
      name: 'Ops',
      kind: 'slack',
      address: '',
      shown: '',
      secret: null,
      events: CHANNEL_EVENTS,
      environments: [],
      tags: [],
      isEnabled: true,
      createdAt: 0,
      ...body,
    },
  };
}

/** The names under which one channel is told of these events. */
function told(body: Partial<ChannelBody>, ...events: readonly DomainEvent[]): readonly string[] {
  const table = { channels: [aChannel(body)], tagsOf: (flag: string) => TAGS[flag] ?? [] };
  const entries = events.map((event, i) => ({ id: `e${i}`, topic: event.kind, at: event.at, body: event }));
  const found = routed(entries, (project) => (project === 'shop' ? table : { ...table, channels: [] }));
  expect(found.map(({ entry }) => entry)).toEqual(entries.map(({ id }) => id));
  return found.flatMap(({ notices }) => notices.map(({ event }) => event));
}
const sample = (name: ChannelEvent, words = {}) => sampleEvent(name, { ...WORDS, ...words });

describe('a channel', () => {
  test.for(CHANNEL_EVENTS)('is told of %s if it has asked for it, and else not', (name) => {
    expect(told({ events: [name] }, sample(name))).toEqual([name]);
    const others = CHANNEL_EVENTS.filter((other) => other !== name && !name.startsWith(other.slice(0, 7)));
    expect(told({ events: others }, sample(name))).toEqual([]);
  });

  test('that asks for the moves of rollouts is told of roll-backs too; by their own name if it has asked for that', () => {
    expect(told({ events: ['rollout-moved'] }, sample('rollout-rolled-back'))).toEqual(['rollout-moved']);
    expect(told({}, sample('rollout-rolled-back'))).toEqual(['rollout-rolled-back']);
    expect(told({ events: ['rollout-rolled-back'] }, sample('rollout-moved'))).toEqual([]);
  });

  test('is told of its environments only', () => {
    expect(told({ environments: ['staging'] }, sample('flag-killed'))).toEqual([]);
    expect(told({ environments: ['staging', 'production'] }, sample('flag-killed'))).toEqual(['flag-killed']);
    expect(told({ environments: ['staging'] }, sample('changed', { environment: 'production' }))).toEqual([]);
  });

  test('is told of flags with one of its tags only, and of what is about no flag', () => {
    expect(told({ tags: ['payments'] }, sample('flag-killed'))).toEqual(['flag-killed']);
    expect(told({ tags: ['web'] }, sample('flag-killed'))).toEqual([]);
    expect(told({ tags: ['web'] }, sample('deploy-failed'))).toEqual(['deploy-failed']);
    expect(told({ tags: ['web'] }, sample('flag-killed', { flag: 'banner' }))).toEqual(['flag-killed']);
  });

  test('that is disabled, or of another project, is told nothing', () => {
    expect(told({ isEnabled: false }, sample('flag-killed'))).toEqual([]);
    expect(told({}, sample('flag-killed', { project: 'other' }))).toEqual([]);
  });

  test('is told of a kill once, though a kill is a change too', () => {
    const kill = [sample('flag-killed'), sample('changed')] as const;
    expect(told({}, ...kill)).toEqual(['flag-killed']);
    expect(told({ events: ['changed'] }, ...kill)).toEqual(['changed']);
  });

  test('is told of what a rollout changes by the moves of the rollout', () => {
    const change = { ...sample('changed'), origin: 'rollout' } as DomainEvent;
    expect(told({}, change)).toEqual([]);
  });

  test('is not told of deploys that went well', () => {
    expect(told({}, { ...sample('deploy-failed'), status: 'succeeded' } as DomainEvent)).toEqual([]);
  });
});

test('kills and roll-backs are marked as what must not be merged with others, whatever they are asked for by', () => {
  const table = { channels: [aChannel({ events: ['flag-killed', 'rollout-moved', 'changed'] })], tagsOf: () => [] };
  const entry = (name: ChannelEvent) => ({ id: name, topic: name, at: 1, body: sample(name) });
  const alone = routed(CHANNEL_EVENTS.map(entry), () => table).flatMap(({ entry: id, notices }) =>
    notices.some(({ isAlone }) => isAlone) ? [id] : [],
  );
  expect(alone).toEqual(['flag-killed', 'rollout-rolled-back']);
});
