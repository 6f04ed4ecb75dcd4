import { expect, test } from 'vitest';
import { bodyOf, draftOf, SETTINGS_RULES } from './settings-draft.ts';

const settings = {
  settledDays: 7,
  idleDays: 14,
  digest: { isEnabled: true, cron: '0 9 * * 1', zone: 'Europe/Berlin' },
  nudge: { isEnabled: false, afterDays: 0, everyDays: 7 },
  escalateAfter: null,
};

test('settings that nobody edits are saved as they were', () => {
  expect(bodyOf(draftOf(settings))).toEqual(settings);
  expect(bodyOf(draftOf({ ...settings, escalateAfter: 3 })).escalateAfter).toBe(3);
});

test.for<[field: keyof typeof SETTINGS_RULES, text: string, isRight: boolean]>([
  ['settledDays', '7', true],
  ['settledDays', '0', false],
  ['settledDays', '1.5', false],
  ['settledDays', '', false],
  ['afterDays', '0', true],
  ['everyDays', '6', false],
  ['everyDays', '7', true],
  ['escalateAfter', '', true],
  ['escalateAfter', '0', false],
  ['cron', '0 9 * * 1', true],
  ['cron', 'every Monday', false],
  ['zone', 'Europe/Berlin', true],
  ['zone', 'Berlin', false],
  ['zone', '', false],
])('%s may be "%s": %s', ([field, text, isRight]) => {
  expect(SETTINGS_RULES[field](text) === null).toBe(isRight);
});
