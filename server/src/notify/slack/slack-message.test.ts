import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockKitFaults } from '../../../../test/support/block-kit.ts';
import { CHANNEL_EVENTS } from '../../http/release-types.ts';
import { type Message, mergedMessage, messageOf, repeated, testMessage } from '../message.ts';
import { sampleEvent } from '../samples.ts';
import { slackMessage } from './slack-message.ts';

const AT = Date.parse('2026-03-01T12:00:00Z');
const WORDS = { project: 'shop', environment: 'production', flag: 'checkout', actor: 'member:ann', at: AT };
const NAMING = { nameOf: () => 'Ann', personOf: () => 'U1', publicUrl: 'https://flags.example' };
const drawn = (message: Message, hasButtons = true) => slackMessage(message, { hasButtons });
const sample = (name: (typeof CHANNEL_EVENTS)[number]) => messageOf(sampleEvent(name, WORDS), NAMING);

/** Everything that Slack would read as its own: mentions, links, and its three characters of control. */
function controlIn(message: unknown): readonly string[] {
  const texts: string[] = [];
  JSON.stringify(message, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'mrkdwn' && 'text' in value)
      texts.push(String(value.text));
    return value;
  });
  return texts.map(withoutOwn).filter((text) => /[<>]|&(?!amp;|lt;|gt;)/.test(text));
}

/** Links to our own pages, and people that we call ourselves. */
function withoutOwn(text: string): string {
  return text.replace(/<https:\/\/flags\.example\/[\w./%~!'()*-]*\|[^<>]*>|<@U1>/g, '');
}

describe('a message for Slack', () => {
  test.for(CHANNEL_EVENTS)('of the event %s is within the documented limits, and says it by title and text', (name) => {
    const message = sample(name);
    const made = drawn(message);
    expect(blockKitFaults(made)).toEqual([]);
    expect(made.text).toContain(message.title);
  });

  test('of a rollout says what, why, who gets it now and what comes next', () => {
    const message = sample('rollout-moved');
    expect(message.title).toBe('checkout in production: rollout is at 25 %');
    expect(message.details).toEqual([
      { label: 'Now', text: '25 % get on (stage 4 of 6)' },
      { label: 'Next', text: '50 %, not before 2026-03-01 12:30 UTC' },
      { label: 'By', text: 'Ann' },
    ]);
    expect(message.url).toBe('https://flags.example/p/shop/rollouts/sample');
    const back = sample('rollout-rolled-back');
    expect(back.title).toBe('checkout in production: rollout was rolled back from 25 %');
    expect(back.details).toContainEqual({ label: 'Why', text: 'errors 4.1 % > 1 %' });
    expect(back.details).toContainEqual({ label: 'Incident', text: 'INC-3' });
  });

  test.for<[state: string, actions: readonly string[]]>([
    ['waiting', ['advance']],
    ['running', ['pause', 'advance', 'roll-back']],
    ['awaiting-approval', ['pause', 'roll-back']],
    ['paused', ['advance', 'roll-back']],
    ['holding', ['pause', 'roll-back']],
    ['rolled-back', []],
    ['completed', []],
    ['aborted', []],
  ])('of a rollout that is %s has the buttons %j, where presses can be proven', ([state, actions]) => {
    const event = sampleEvent('rollout-moved', WORDS);
    if (event.kind !== 'rollout-moved') throw new Error('another event');
    const message = messageOf({ ...event, to: { ...event.to, state } }, { ...NAMING, publicUrl: null });
    const ids = (made: unknown) => [...JSON.stringify(made).matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids(drawn(message))).toEqual(actions);
    expect(ids(drawn(message, false))).toEqual([]);
  });

  test('that is repeated says so', () => {
    expect(drawn(repeated(sample('flag-killed'))).text).toContain('(repeated)');
  });

  test('of many events lists each of them', () => {
    const events = Array.from({ length: 250 }, (_, n) => ({ at: AT, title: `event number ${n}.` }));
    const made = drawn(mergedMessage(events));
    const text = JSON.stringify(made);
    expect(blockKitFaults(made)).toEqual([]);
    for (const { title } of events) expect(text).toContain(title);
  });

  test('holds what people typed as text: nobody is called by it, nothing is linked', () => {
    const hostile = '<!channel> <@U123> <https://evil.example|Click> & @here *bold*';
    const message: Message = {
      ...sample('rollout-moved'),
      title: hostile,
      details: [{ label: hostile, text: hostile }],
      lines: [hostile],
    };
    const made = drawn(message);
    expect(controlIn(made)).toEqual([]);
    expect(made.text).not.toMatch(/[<>]/);
    expect(JSON.stringify(made)).toContain('&lt;!channel&gt;');
    expect(JSON.stringify(made)).toContain('"verbatim":true');
  });

  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.string({ unit: fc.constantFrom('&', '<', '>', '!', '@', '\n', '\u202e', '😀', ' ', 'a'), maxLength: 5_000 }),
    fc.constantFrom('', ' ', '\u0000', '\ud800', '&'.repeat(3_001), '👩‍👩‍👧'.repeat(800), 'x'.repeat(100_000)),
  );
  const message: fc.Arbitrary<Message> = fc.record({
    title: nasty,
    tone: fc.constantFrom('bad', 'good', 'neutral'),
    details: fc.array(fc.record({ label: nasty, text: nasty }), { maxLength: 15 }),
    lines: fc.array(nasty, { maxLength: 300 }),
    url: fc.option(fc.webUrl().map((url) => url + 'x'.repeat(url.length % 7 === 0 ? 4_000 : 0))),
    groups: fc.uniqueArray(
      fc.record({
        heading: nasty,
        person: fc.option(fc.oneof(fc.constant('U1'), nasty)),
        flags: fc.array(
          fc.record({
            key: nasty,
            url: fc.option(fc.oneof(nasty, fc.constant('https://flags.example/p/shop/flags/x'))),
            state: nasty,
            reasons: fc.array(nasty, { maxLength: 3 }),
            target: fc.option(
              fc.record({
                id: fc.uuid(),
                isPermanent: fc.boolean(),
                hasCommand: fc.boolean(),
              }),
            ),
          }),
          { maxLength: 8 },
        ),
      }),
      { maxLength: 8, selector: ({ heading }) => heading },
    ),
    rollout: fc.option(
      fc.record({
        project: fc.stringMatching(/^[a-z]{1,64}$/),
        id: fc.uuid(),
        state: fc.constantFrom('running', 'paused', 'unheard-of'),
        stage: fc.option(fc.nat(20)),
      }),
    ),
  });

  test('is within the limits whatever it says, and nothing in it controls Slack', () => {
    fc.assert(
      fc.property(message, (any) => {
        const made = drawn(any);
        expect(blockKitFaults(made)).toEqual([]);
        expect(controlIn(made)).toEqual([]);
        expect(JSON.stringify(made)).not.toMatch(/[\u202a-\u202e]/);
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  test('of a test names the channel', () => {
    expect(JSON.stringify(drawn(testMessage('#releases')))).toContain('#releases');
  });
});
