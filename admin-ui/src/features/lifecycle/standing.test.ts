import { describe, expect, test } from 'vitest';
import { aLifecycle, NOW, withCheck } from './lifecycle-fixture.ts';
import { noNudge, passed } from './standing.ts';

const iso = (daysAgo: number) => new Date(NOW - daysAgo * 86_400_000).toISOString();

test('a flag tells how many of its checks hold', () => {
  expect(passed(aLifecycle().readiness)).toBe('6/6');
  expect(passed(withCheck('code-references', 'caution').readiness)).toBe('5/6');
});

describe('an owner', () => {
  test('can be reminded where nobody was for a week', () => {
    expect(noNudge(aLifecycle(), NOW)).toBeNull();
    expect(noNudge(aLifecycle({ nudgedAt: iso(8) }), NOW)).toBeNull();
  });

  test('is left alone for a week after a reminder', () => {
    expect(noNudge(aLifecycle({ nudgedAt: iso(3) }), NOW)).toEqual({ kind: 'nudged', at: iso(3) });
  });

  test('is left alone as long as the flag is kept, and not longer', () => {
    expect(noNudge(aLifecycle({ keepUntil: iso(-5) }), NOW)).toEqual({ kind: 'kept', at: iso(-5) });
    expect(noNudge(aLifecycle({ keepUntil: iso(1) }), NOW)).toBeNull();
  });

  test('that there is none cannot be reminded', () => {
    expect(noNudge(aLifecycle({ owner: null }), NOW)).toEqual({ kind: 'nobody' });
  });
});
