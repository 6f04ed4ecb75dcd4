import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlagReminder } from '../store/lifecycle.ts';
import { aCandidate, DAY, NAMES, NOW } from './candidates.contract.ts';
import type { Candidate } from './digest.ts';
import { dueNudges, escalationOf, type NudgeRules, type Reminded, remindedAgain, staleOf } from './nudges.ts';

const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
const nameOf = (id: string) => NAMES[id] ?? null;
const TELLING = { project: 'shop', nameOf, now: NOW };

function aReminder(flag: string, told: Partial<FlagReminder> = {}): FlagReminder {
  return {
    project: 'p',
    flag,
    keepUntil: null,
    keepBy: null,
    keepReason: null,
    nudgedAt: null,
    nudges: 0,
    escalatedAt: null,
    askedAt: null,
    revision: 1,
    ...told,
  };
}

const reminded = (flags: readonly FlagReminder[] = [], owners: Readonly<Record<string, number>> = {}): Reminded => ({
  flags: new Map(flags.map((reminder) => [reminder.flag, reminder])),
  owners: new Map(Object.entries(owners)),
});

function rules(nudge: Partial<NudgeRules['settings']['nudge']> = {}, now = NOW): NudgeRules {
  return {
    settings: { nudge: { isEnabled: true, afterDays: 0, everyDays: 7, ...nudge }, escalateAfter: 3 },
    nameOf,
    now,
  };
}

/** Owners who are due, with the flags that they are told of. */
const due = (candidates: readonly Candidate[], known = reminded(), by = rules()) =>
  dueNudges(candidates, known, by).map(({ owner, flags }) => [owner, flags.map(({ view }) => view.flag)]);

describe('an owner is reminded', () => {
  test('once of all flags that are due, each owner by themselves', () => {
    const flags = [aCandidate({ flag: 'a' }), aCandidate({ flag: 'b', owner: 'bob' }), aCandidate({ flag: 'c' })];
    expect(due(flags)).toEqual([
      ['ann', ['a', 'c']],
      ['bob', ['b']],
    ]);
  });

  test.for<[string, Parameters<typeof aCandidate>[0], Partial<NudgeRules['settings']['nudge']>, boolean]>([
    ['once its lifetime is over', { flag: 'a', ageDays: 30 }, {}, true],
    ['not within the days of grace', { flag: 'a', ageDays: 44 }, { afterDays: 15 }, false],
    ['after the days of grace', { flag: 'a', ageDays: 45 }, { afterDays: 15 }, true],
    [
      'without days of grace, once it is settled',
      { flag: 'a', stale: [{ code: 'settled', since: iso(NOW - DAY), sentence: '' }] },
      { afterDays: 15 },
      true,
    ],
    [
      'at once, when nobody asks for it any more',
      { flag: 'a', lifetimeDays: null, stale: [{ code: 'abandoned', since: iso(NOW), sentence: '' }] },
      { afterDays: 15 },
      true,
    ],
    ['not while it is kept', { flag: 'a', keepUntil: iso(NOW + 1) }, {}, false],
    ['when a promise has run out', { flag: 'a', keepUntil: iso(NOW) }, {}, true],
    ['not of what is archived', { flag: 'a', archivedAt: iso(NOW - DAY) }, {}, false],
    ['not of what is not stale', { flag: 'a', stale: [] }, {}, false],
    ['not where nobody owns it', { flag: 'a', owner: null }, {}, false],
    ['not who may not sign in any more', { flag: 'a', owner: 'gone' }, {}, false],
    ['not where the project does not want it', { flag: 'a' }, { isEnabled: false }, false],
  ])('%s', ([, shape, nudge, isDue]) => {
    expect(due([aCandidate(shape)], reminded(), rules(nudge))).toHaveLength(isDue ? 1 : 0);
  });

  test.for<[string, agoMs: number, everyDays: number, isDue: boolean]>([
    ['a week later', 7 * DAY, 7, true],
    ['a week later on the day on which clocks go forward', 7 * DAY - HOUR, 7, true],
    ['not six days later', 6 * DAY, 7, false],
    ['not more often than weekly, whatever the project says', 6 * DAY, 1, false],
    ['as seldom as the project says', 13 * DAY, 14, false],
    ['as often as the project says', 14 * DAY, 14, true],
  ])('%s', ([, ago, everyDays, isDue]) => {
    const known = reminded([], { ann: NOW - ago });
    expect(due([aCandidate({ flag: 'a' })], known, rules({ everyDays }))).toHaveLength(isDue ? 1 : 0);
  });

  test('by hand of all stale flags of theirs, those in the days of grace too', () => {
    const flags = [
      aCandidate({ flag: 'a' }),
      aCandidate({ flag: 'b', owner: 'bob' }),
      aCandidate({ flag: 'c', stale: [] }),
    ];
    expect(staleOf('ann', flags, NOW).map(({ view }) => view.flag)).toEqual(['a']);
  });
});

describe('the team is told', () => {
  const LAST = NOW - 7 * DAY;
  const ignored = (told: Partial<FlagReminder> = {}) => aReminder('a', { nudgedAt: LAST, nudges: 3, ...told });

  test.for<[string, Partial<FlagReminder>, changedAt: number, escalateAfter: number | null, isTold: boolean]>([
    ['after three reminders that nobody acted on', {}, LAST - DAY, 3, true],
    ['not after two', { nudges: 2 }, LAST - DAY, 3, false],
    ['not where somebody has changed the flag since the last', {}, LAST + 1, 3, false],
    ['not where somebody has kept it since the last', { keepUntil: NOW - 1 }, LAST - DAY, 3, false],
    ['although it was kept before the last', { keepUntil: LAST }, LAST - DAY, 3, true],
    ['once', { escalatedAt: LAST, nudges: 4 }, LAST - DAY, 3, false],
    ['never, where the project says so', { nudges: 50 }, LAST - DAY, null, false],
  ])('%s', ([, told, changedAt, escalateAfter, isTold]) => {
    const known = reminded([ignored(told)], { ann: LAST });
    const by = { ...rules(), settings: { ...rules().settings, escalateAfter } };
    const [nudge] = dueNudges([aCandidate({ flag: 'a', changedAt })], known, by);
    if (nudge === undefined) throw new Error('nobody is due');
    expect(escalationOf(nudge, known.flags, TELLING)).toEqual(
      isTold
        ? expect.objectContaining({ owner: 'ann', nudges: 3, flags: [expect.objectContaining({ key: 'a' })] })
        : null,
    );
  });

  test('anew where it is ignored again after somebody has acted', () => {
    let reminder = ignored({ escalatedAt: LAST });
    const acted = aCandidate({ flag: 'a', changedAt: LAST + DAY });
    const told: boolean[] = [];
    for (let week = 1; week <= 5; week += 1) {
      const now = LAST + week * 7 * DAY;
      const known = reminded([reminder], { ann: now - 7 * DAY });
      const [nudge] = dueNudges([acted], known, rules({}, now));
      const isForTeam = (nudge?.escalated.length ?? 0) > 0;
      told.push(isForTeam);
      reminder = remindedAgain(reminder, acted, { now, isForTeam });
    }
    expect(told).toEqual([false, false, false, true, false]);
    expect(reminder).toMatchObject({ nudges: 5, nudgedAt: LAST + 35 * DAY });
  });
});

test('whatever happens, no owner is reminded twice within a week, and never of what is kept', () => {
  const step = fc.record({
    days: fc.integer({ min: 1, max: 9 }),
    keep: fc.option(fc.integer({ min: 1, max: 20 })),
    change: fc.boolean(),
    owner: fc.constantFrom('ann', 'bob', null),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let now = NOW;
      let keepUntil: number | null = null;
      let changedAt = 0;
      let reminder = aReminder('a');
      const last = new Map<string, number>();
      for (const { days, keep, change, owner } of steps) {
        now += days * DAY;
        if (keep !== null) keepUntil = now + keep * DAY;
        if (change) changedAt = now;
        const flag = aCandidate({ flag: 'a', owner, changedAt, keepUntil: keepUntil === null ? null : iso(keepUntil) });
        const known: Reminded = { flags: new Map([['a', { ...reminder, keepUntil }]]), owners: last };
        for (const nudge of dueNudges([flag], known, rules({}, now))) {
          expect(now - (last.get(nudge.owner) ?? -Infinity)).toBeGreaterThanOrEqual(7 * DAY);
          expect(keepUntil === null || keepUntil <= now).toBe(true);
          reminder = remindedAgain(reminder, flag, { now, isForTeam: nudge.escalated.length > 0 });
          expect(nudge.escalated.length > 0 && (change || keep !== null)).toBe(false);
          last.set(nudge.owner, now);
        }
      }
    }),
    { numRuns: 300, seed: 6 },
  );
});
