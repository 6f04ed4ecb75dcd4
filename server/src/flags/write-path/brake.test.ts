import type { EnvironmentView } from '@glidepath/core/change';
import { aConfig, aFlag, aSegment, aSegmentConfig } from '@glidepath/core/testing';
import { expect, test } from 'vitest';
import type { Clock } from '../../clock.ts';
import { engines } from '../re2.ts';
import { brake } from './brake.ts';

const view: EnvironmentView = {
  environment: 'production',
  flags: new Map([['new-checkout', { flag: aFlag(), config: aConfig() }]]),
  segments: new Map(),
};

/** A clock on which each trial takes as long as the next of these says, and then no time at all. */
function clockOf(...trialsMs: readonly number[]): Clock & { readonly readings: number } {
  let now = 0;
  let readings = 0;
  return {
    get readings() {
      return readings;
    },
    now: () => 0,
    monotonic() {
      if (readings % 2 === 1) now += trialsMs[(readings - 1) / 2] ?? 0;
      readings += 1;
      return now;
    },
    setTimer: () => ({ cancel: () => undefined }),
  };
}

const tried = (clock: Clock) => brake(view, { flags: ['new-checkout'], segments: [] }, { engines, clock });

test('a flag is saved although the machine was busy while it was tried for the first time', () => {
  expect(tried(clockOf(236, 1))).toEqual([]);
});

test('a flag that takes too long every time is refused', () => {
  expect(tried(clockOf(230, 236, 240))).toMatchObject([
    { pointer: '/flags/new-checkout', detail: expect.stringContaining('takes 230 ms; at most 200 are allowed') },
  ]);
});

test('a segment may take longer the more keys it has', () => {
  const included = [{ contextKind: 'user', keys: Array.from({ length: 40_000 }, (_, index) => `user-${index}`) }];
  const members = { segment: aSegment({ key: 'members' }), config: aSegmentConfig({ included }) };
  const withSegment = { ...view, segments: new Map([['members', members]]) };
  const triedSegment = (clock: Clock) => brake(withSegment, { flags: [], segments: ['members'] }, { engines, clock });
  expect(triedSegment(clockOf(390, 390, 390))).toEqual([]);
  expect(triedSegment(clockOf(410, 410, 410))).toMatchObject([
    { detail: expect.stringContaining('takes 410 ms; at most 400 are allowed') },
  ]);
});

test('a flag that takes very long is not tried again', () => {
  const clock = clockOf(1_500, 1);
  expect(tried(clock)).toHaveLength(1);
  expect(clock.readings).toBe(2);
});
