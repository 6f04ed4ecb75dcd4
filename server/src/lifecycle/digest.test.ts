import { describe, expect, test } from 'vitest';
import { blockKitFaults } from '../../../test/support/block-kit.ts';
import { digestParts } from '../notify/digest-parts.ts';
import { messageOf } from '../notify/message.ts';
import { slackMessage } from '../notify/slack/slack-message.ts';
import { aCandidate, DAY, NAMES, NOW } from './candidates.contract.ts';
import { digestOf, inLines, nudgeOf, type Telling } from './digest.ts';

const TELLING: Telling = { project: 'shop', nameOf: (id) => NAMES[id] ?? null, now: NOW };
const URL = 'https://flags.example.test';
const NAMING = { nameOf: () => 'Glidepath', personOf: () => 'U1', publicUrl: URL };
const iso = (at: number) => new Date(at).toISOString();

describe('a digest', () => {
  test('names what is stale: what can go first, then the oldest, and who owns it', () => {
    const digest = digestOf(
      [
        aCandidate({ flag: 'young', ageDays: 40 }),
        aCandidate({ flag: 'old', ageDays: 90 }),
        aCandidate({ flag: 'ready', ageDays: 35, readiness: 'safe', owner: 'bob' }),
        aCandidate({ flag: 'fresh', stale: [] }),
      ],
      TELLING,
    );
    expect(digest).toMatchObject({ stale: 3, ready: 1, others: 0, actor: 'system', at: NOW });
    expect(digest?.flags.map(({ key, owner }) => [key, owner?.name])).toEqual([
      ['ready', 'Bob'],
      ['old', 'Ann'],
      ['young', 'Ann'],
    ]);
  });

  test.for([
    ['that somebody keeps', { keepUntil: iso(NOW + DAY) }, 0],
    ['whose promise is over', { keepUntil: iso(NOW) }, 1],
    ['that is archived', { archivedAt: iso(NOW - DAY) }, 0],
    ['that is not stale', { stale: [] }, 0],
  ] as const)('of a flag %s tells %j: %i', ([, view, count]) => {
    expect(digestOf([aCandidate({ flag: 'a', ...view })], TELLING)?.stale ?? 0).toBe(count);
  });

  test('says nothing where nothing is stale', () => {
    expect(digestOf([], TELLING)).toBeNull();
  });

  test('counts whoever may not sign in any more as nobody', () => {
    expect(digestOf([aCandidate({ flag: 'a', owner: 'gone' })], TELLING)?.flags[0]?.owner).toBeNull();
  });
});

describe('a digest of 200 stale flags with the longest names there are', () => {
  const long = (n: number) => `${'k'.repeat(124)}-${String(n).padStart(3, '0')}`;
  const owners = Object.keys(NAMES);
  const candidates = Array.from({ length: 200 }, (_, n) =>
    aCandidate({
      flag: long(n),
      ageDays: 31 + n,
      owner: n % 5 === 4 ? null : (owners[n % owners.length] ?? null),
      readiness: n % 3 === 0 ? 'safe' : 'blocked',
      stale: [
        { code: 'over-age', since: iso(NOW - DAY), sentence: `It is ${31 + n} days old & was meant for 30.` },
        { code: 'settled', since: iso(NOW - DAY), sentence: `It has served \`${'v'.repeat(128)}\` to everyone.` },
      ],
    }),
  );
  const digest = digestOf(candidates, TELLING);
  if (digest === null) throw new Error('nothing is stale');
  const parts = digestParts(digest, () => true);
  const messages = parts.map((part) => slackMessage(messageOf(part, NAMING), { hasButtons: true }));

  test('takes three messages, each within what Slack takes', () => {
    expect(messages).toHaveLength(3);
    for (const message of messages) expect(blockKitFaults(message)).toEqual([]);
    expect(messages.map(({ text }) => text.split(' · ')[0])).toEqual([
      '200 stale flags in shop (1 of 3)',
      '200 stale flags in shop (2 of 3)',
      '200 stale flags in shop (3 of 3)',
    ]);
  });

  test('names every one of them once, with the page of its life', () => {
    const text = JSON.stringify(messages);
    for (const { view } of candidates) {
      const link = `<${URL}/p/shop/flags/${view.flag}/lifecycle|${view.flag}>`;
      expect(text.split(link), view.flag).toHaveLength(2);
    }
  });

  test('has buttons for the ten most urgent, and a link to the page of all', () => {
    const [first] = messages;
    const withButtons = first?.blocks.flatMap((block) =>
      block.type === 'actions' && block.block_id?.startsWith('{') ? [block.block_id] : [],
    );
    const urgent = digest.flags.slice(0, 10).map(({ id }) => JSON.stringify({ f: id }));
    expect(withButtons?.toSorted()).toEqual(urgent.toSorted());
    expect(digest.flags.slice(0, 10).every(({ readiness }) => readiness === 'safe')).toBe(true);
    for (const message of messages) expect(JSON.stringify(message)).toContain(`${URL}/p/shop/cleanup`);
  });

  test('stands by owner, and what nobody owns last', () => {
    for (const part of parts.slice(1)) {
      const headings = messageOf(part, NAMING).groups.map(({ heading }) => heading);
      expect(new Set(headings).size).toBe(headings.length);
      expect(headings.at(-1)).toBe('Nobody owns');
    }
  });

  test('is as useful where no button could be believed', () => {
    for (const part of parts) {
      const plain = slackMessage(messageOf(part, NAMING), { hasButtons: false });
      expect(blockKitFaults(plain)).toEqual([]);
      for (const { key } of part.flags) expect(JSON.stringify(plain)).toContain(key);
    }
  });

  test('for a channel of some tags holds their flags and no other count', () => {
    const [only, ...others] = digestParts(digest, (key) => key === long(3) || key === long(4));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ stale: 2, ready: 1, others: 0, part: { number: 1, of: 1 } });
    expect(digestParts(digest, () => false)).toEqual([]);
  });
});

test('of two thousand stale flags three messages come, and the last says how many are left', () => {
  const many = Array.from({ length: 2_000 }, (_, n) => aCandidate({ flag: `flag-${n}`, ageDays: 31 + n }));
  const digest = digestOf(many, TELLING);
  if (digest === null) throw new Error('nothing is stale');
  const parts = digestParts(digest, () => true);
  expect(parts).toHaveLength(3);
  const told = parts.reduce((sum, { flags }) => sum + flags.length, 0);
  expect(parts.map(({ others }) => others)).toEqual([0, 0, 2_000 - told]);
  expect(JSON.stringify(slackMessage(messageOf(parts[2] ?? digest, NAMING), { hasButtons: true }))).toContain(
    `${2_000 - told} more are on the page of clean-up`,
  );
});

describe('a nudge', () => {
  test('calls the owner by their name at Slack, once, with what can be done', () => {
    const nudge = nudgeOf('ann', [aCandidate({ flag: 'a' }), aCandidate({ flag: 'b', ageDays: 100 })], TELLING);
    const made = slackMessage(messageOf(nudge, NAMING), { hasButtons: true });
    expect(blockKitFaults(made)).toEqual([]);
    expect(made.text).toContain('2 stale flags of Ann in shop');
    expect(JSON.stringify(made).split('<@U1>')).toHaveLength(2);
    expect(JSON.stringify(made)).toContain(`${URL}/p/shop/cleanup?owner=ann`);
  });

  test('is shown in lines before it is sent', () => {
    const nudge = nudgeOf('ann', [aCandidate({ flag: 'a' }), aCandidate({ flag: 'b', ageDays: 31 })], TELLING);
    expect(inLines('2 stale flags', nudge)).toBe('2 stale flags\n• a · 40 days old\n• b · 31 days old');
    expect(inLines('x', { ...nudge, others: 3 })).toContain('\n• and 3 more');
  });

  test('of hundreds of flags is one message, within what Slack takes', () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      aCandidate({ flag: `${'k'.repeat(120)}-${n}`, ageDays: 31 + n }),
    );
    const made = slackMessage(messageOf(nudgeOf('ann', many, TELLING), NAMING), { hasButtons: true });
    expect(blockKitFaults(made)).toEqual([]);
    expect(made.text).toContain('300 stale flags of Ann');
    expect(JSON.stringify(made)).toContain('260 more are on the page of clean-up');
  });
});
