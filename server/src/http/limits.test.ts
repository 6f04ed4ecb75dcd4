import { describe, expect, test } from 'vitest';
import type { RefusedError } from '../errors.ts';
import { createManualClock } from '../test-clock.ts';
import { createRateLimit, networkOf } from './limits.ts';

function aLimit(perMinute = 3) {
  const clock = createManualClock(1_000_000);
  let refused = 0;
  const limit = createRateLimit(clock, { perMinute, what: 'attempts', onRefused: () => refused++ });
  const wait = (ms: number) => clock.moveTo(clock.now() + ms);
  return { limit, wait, refused: () => refused };
}

function refusalOf(work: () => void) {
  try {
    work();
  } catch (error) {
    return (error as RefusedError).refusal;
  }
  return null;
}

describe('a limit of three a minute', () => {
  test('lets three through at once, and refuses the fourth with the seconds to wait', () => {
    const { limit, refused } = aLimit();
    for (let n = 0; n < 3; n++) limit.take('a');
    expect(refusalOf(() => limit.take('a'))).toMatchObject({ code: 'too-many-requests', retryAfter: 20 });
    expect(refused()).toBe(1);
  });

  test('lets the next through after the seconds that it named', () => {
    const { limit, wait } = aLimit();
    for (let n = 0; n < 3; n++) limit.take('a');
    wait(20_000);
    expect(refusalOf(() => limit.take('a'))).toBeNull();
    expect(refusalOf(() => limit.take('a'))).not.toBeNull();
  });

  test('never saves up more than three', () => {
    const { limit, wait } = aLimit();
    wait(86_400_000);
    for (let n = 0; n < 3; n++) limit.take('a');
    expect(refusalOf(() => limit.take('a'))).not.toBeNull();
  });

  test('counts each name for itself', () => {
    const { limit } = aLimit();
    for (let n = 0; n < 3; n++) limit.take('a');
    expect(refusalOf(() => limit.take('b'))).toBeNull();
  });

  test('still holds somebody back after a flood of other names', () => {
    const { limit, wait } = aLimit();
    for (let n = 0; n < 3; n++) limit.take('a');
    for (let n = 0; n < 40_000; n++) limit.take(`flood-${n}`);
    wait(1_000);
    expect(refusalOf(() => limit.take('a'))).not.toBeNull();
  });
});

describe('the network of an address', () => {
  test.for([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['what no proxy should say', 'what no proxy should say'],
  ] as const)('of %s is %s', ([address, network]) => {
    expect(networkOf(address)).toBe(network);
  });
});
