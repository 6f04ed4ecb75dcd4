import type { FlagConfig } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { exposureChange, exposureOf, frictionOf, frictionOfRestore, frictionOfSegment } from './friction.ts';

const served = (share: number): FlagConfig['fallthrough'] => ({
  split: { weights: { on: share, off: 100_000 - share }, allocation: [] },
});

const aConfig = (parts: Partial<FlagConfig> = {}): FlagConfig => ({
  on: true,
  killed: null,
  offVariation: 'off',
  prerequisites: [],
  targets: [],
  rules: [],
  fallthrough: served(10_000),
  ...parts,
});

describe('in a critical environment', () => {
  test('what moves people to the safe variation needs one deliberate gesture and no words', () => {
    const exposure = { before: 1, after: 0 };
    expect(frictionOf({ critical: true, towardSafe: true, exposure })).toEqual({
      confirm: 'hold',
      comment: 'optional',
      typedKey: false,
    });
  });

  test.for<[before: number, after: number, typed: boolean]>([
    [0.1, 0.2, false],
    [0.1, 0.21, true],
    [0.3, 0.5, false],
    [0.3, 0.51, true],
    [0.9, 1, true],
    [0, 0.01, true],
    [0.6, 0.6, false],
    [0.8, 0.7, false],
  ])('a step from %d to %d of the people: typing the key is asked for = %j', ([before, after, typed]) => {
    const friction = frictionOf({ critical: true, towardSafe: false, exposure: { before, after } });
    expect(friction).toEqual({ confirm: 'click', comment: 'required', typedKey: typed });
  });

  test('a restore always needs the typed key and a reason', () => {
    expect(frictionOfRestore(true)).toEqual({ confirm: 'click', comment: 'required', typedKey: true });
  });
});

test.for<[critical: boolean, moved: number, comment: string, typed: boolean]>([
  [true, 0, 'required', false],
  [true, 0.5, 'required', false],
  [true, 0.51, 'required', true],
  [false, 1, 'optional', false],
])(
  'a segment, critical = %j, that moves %d of the people: a comment is %s, the key typed = %j',
  ([critical, moved, comment, typedKey]) => {
    expect(frictionOfSegment({ critical, moved })).toEqual({ confirm: 'click', comment, typedKey });
  },
);

test('elsewhere nothing is typed and nothing is held', () => {
  for (const towardSafe of [true, false]) {
    expect(frictionOf({ critical: false, towardSafe, exposure: { before: 0, after: 1 } })).toEqual({
      confirm: 'click',
      comment: 'optional',
      typedKey: false,
    });
  }
});

describe('exposure', () => {
  test('is nothing while the flag is off or killed', () => {
    expect(exposureOf(aConfig({ on: false }))).toBe(0);
    expect(exposureOf(aConfig({ killed: { at: 0, by: 'member:1', reason: 'fire' } }))).toBe(0);
  });

  test('is that of the widest audience', () => {
    const rules = [{ id: 'r1', name: '', clauses: [], serve: served(40_000) }];
    expect(exposureOf(aConfig({ rules }))).toBe(0.4);
  });

  test('of a rule that grows is seen although another rule serves everybody already', () => {
    const wide = { id: 'wide', name: '', clauses: [], serve: { variation: 'on' } };
    const narrow = (share: number) => ({ id: 'narrow', name: '', clauses: [], serve: served(share) });
    const before = aConfig({ rules: [wide, narrow(5_000)] });
    expect(exposureChange(before, aConfig({ rules: [wide, narrow(40_000)] }))).toEqual({ before: 0.05, after: 0.4 });
  });

  test('of a new rule is compared with what its people got before', () => {
    const after = aConfig({ rules: [{ id: 'new', name: '', clauses: [], serve: { variation: 'on' } }] });
    expect(exposureChange(aConfig(), after)).toEqual({ before: 0.1, after: 1 });
  });

  test('that only shrinks is told as it is', () => {
    expect(exposureChange(aConfig(), aConfig({ on: false }))).toEqual({ before: 0.1, after: 0 });
  });
});
