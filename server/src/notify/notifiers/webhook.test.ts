import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '../../events.ts';
import { CHANNEL_EVENTS } from '../../http/release-types.ts';
import { messageOf } from '../message.ts';
import { sampleEvent } from '../samples.ts';
import { webhook } from './webhook.ts';

const AT = Date.parse('2026-03-01T12:00:00.000Z');
const WORDS = { project: 'shop', environment: 'production', flag: 'checkout', actor: 'member:ann', at: AT };

function told(...events: readonly DomainEvent[]) {
  const [first] = events;
  if (!first) throw new Error('no event');
  return webhook.payloadOf({
    message: messageOf(first, { nameOf: () => 'Ann', personOf: () => null, publicUrl: null }),
    events: events.map((event) => ({ name: event.kind, event })),
    isRepeated: false,
    hasButtons: false,
    at: AT,
  });
}

describe('what a receiver of webhooks is told', () => {
  test.for(CHANNEL_EVENTS)('of %s is what it is made of, and nothing that somebody adds later', (name) => {
    const event = sampleEvent(name, WORDS);
    const added: DomainEvent = Object.assign({ ...event }, { context: { email: 'ann@example.test' }, token: 'canary' });
    const payload = told(added);
    expect(payload).toMatchObject({
      type: event.kind,
      timestamp: '2026-03-01T12:00:00.000Z',
      data: { project: 'shop' },
    });
    expect(JSON.stringify(payload)).not.toMatch(/canary|ann@example/);
    expect(payload).toEqual(told(event));
  });

  test('has times as people and programs read them', () => {
    expect(told(sampleEvent('rollout-moved', WORDS))).toMatchObject({
      data: { next: { what: '50 %', at: '2026-03-01T12:30:00.000Z' } },
    });
  });

  test('of several events at once lists all of them', () => {
    const events = [sampleEvent('flag-restored', WORDS), sampleEvent('changed', WORDS)];
    expect(told(...events)).toMatchObject({
      type: 'several',
      data: { events: [{ type: 'flag-restored', data: { flag: 'checkout' } }, { type: 'changed' }] },
    });
  });
});
