import type { Serve } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { dealsAnew, problemsOfServe, readSplit, saysTheSame, serveDraftOf, serveInputOf } from './serve-draft.ts';

const flag = {
  variations: [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ],
};

const saved: Serve = { split: { weights: { on: 12_345, off: 87_655 }, allocation: [] } };

describe('typed percentages', () => {
  test('become exact weights when they sum to 100', () => {
    expect(readSplit({ on: '33.333', off: '66.667' })).toEqual({
      kind: 'weights',
      weights: { on: 33_333, off: 66_667 },
    });
  });

  test('that sum to 99 say so, and cannot be saved', () => {
    const texts = { on: '25', off: '74' };
    expect(readSplit(texts)).toEqual({ kind: 'wrong-sum', sum: 99_000 });
    expect(problemsOfServe({ kind: 'split', texts })).toMatchObject([{ part: 'percentages' }]);
    expect(serveInputOf({ kind: 'split', texts })).toBeNull();
  });

  test('that cannot be read name the variation', () => {
    expect(readSplit({ on: '25 percent', off: '75' })).toEqual({ kind: 'unreadable', variations: ['on'] });
  });

  test('that nobody touched say the same as before', () => {
    expect(saysTheSame(serveDraftOf(saved, flag), saved, flag)).toBe(true);
    expect(saysTheSame({ kind: 'split', texts: { on: '12.346', off: '87.654' } }, saved, flag)).toBe(false);
    expect(saysTheSame({ kind: 'variation', variation: 'on' }, saved, flag)).toBe(false);
  });
});

describe('what a split hashes', () => {
  const byUser = { by: { contextKind: 'user', attribute: 'key' } };
  const byOrg = { by: { contextKind: 'organization', attribute: 'key' } };
  const draft = { kind: 'split', texts: { on: '12.345', off: '87.655' } } as const;

  test('deals people anew when it becomes another attribute or salt', () => {
    expect(dealsAnew(draft, saved)).toBe(false);
    expect(dealsAnew({ ...draft, ...byOrg }, saved)).toBe(true);
    expect(dealsAnew({ ...draft, salt: 'layer-1' }, saved)).toBe(true);
    expect(dealsAnew({ ...draft, ...byOrg }, { variation: 'on' })).toBe(false);
  });

  test('is the key of the user, whether or not that is said', () => {
    expect(saysTheSame({ ...draft, ...byUser }, saved, flag)).toBe(true);
    expect(dealsAnew({ ...draft, ...byUser }, saved)).toBe(false);
  });

  test('must be named, and a salt that is given must not be empty', () => {
    const parts = problemsOfServe({ ...draft, by: { contextKind: 'no kind', attribute: '' }, salt: '' });
    expect(parts.map(({ part }) => part)).toEqual(['kind', 'attribute', 'salt']);
  });
});
