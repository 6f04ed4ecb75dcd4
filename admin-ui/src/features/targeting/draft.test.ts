import type { FlagConfig } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { NO_EDITS, readDraft, readKeys, readSplit, serveDraftOf, targetId } from './draft.ts';

const flag = {
  variations: [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ],
};

const aConfig = (parts: Partial<FlagConfig> = {}): FlagConfig => ({
  on: true,
  killed: null,
  offVariation: 'off',
  prerequisites: [],
  targets: [{ variation: 'on', contextKind: 'user', keys: ['ana', 'radu'] }],
  rules: [],
  fallthrough: { split: { weights: { on: 12_345, off: 87_655 }, allocation: [] } },
  ...parts,
});

describe('typed percentages', () => {
  test('become exact weights when they sum to 100', () => {
    expect(readSplit({ on: '33.333', off: '66.667' })).toEqual({
      kind: 'weights',
      weights: { on: 33_333, off: 66_667 },
    });
  });

  test('that sum to 99 say so', () => {
    expect(readSplit({ on: '25', off: '74' })).toEqual({ kind: 'wrong-sum', sum: 99_000 });
  });

  test('that cannot be read name the variation', () => {
    expect(readSplit({ on: '25 percent', off: '75' })).toEqual({ kind: 'unreadable', variations: ['on'] });
  });

  test('that nobody touched are not rounded and ask for nothing', () => {
    const config = aConfig();
    expect(readDraft(config, { ...NO_EDITS, fallthrough: serveDraftOf(config.fallthrough, flag) })).toEqual({
      kind: 'unchanged',
    });
  });
});

describe('a draft', () => {
  test('asks for a split by its weights and leaves the buckets to the server', () => {
    const read = readDraft(aConfig(), {
      ...NO_EDITS,
      fallthrough: { kind: 'split', texts: { on: '25', off: '75' } },
    });
    expect(read).toMatchObject({
      kind: 'changed',
      instructions: [{ kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 } }],
    });
  });

  test('with percentages that make no sense cannot be reviewed, whatever else it asks for', () => {
    expect(
      readDraft(aConfig(), { on: false, targets: {}, fallthrough: { kind: 'split', texts: { on: 'x' } } }),
    ).toEqual({
      kind: 'invalid',
    });
  });

  test('that leads back to what is there asks for nothing', () => {
    const keys = ['ana', 'radu'];
    const targets = { [targetId({ contextKind: 'user', variation: 'on' })]: keys };
    expect(readDraft(aConfig(), { on: true, targets })).toEqual({ kind: 'unchanged' });
  });

  test('names every touched part once', () => {
    const read = readDraft(aConfig(), {
      on: false,
      fallthrough: { kind: 'variation', variation: 'off' },
      targets: { [targetId({ contextKind: 'user', variation: 'on' })]: ['ana'] },
    });
    expect(read).toMatchObject({
      instructions: [
        { kind: 'set-fallthrough', serve: { variation: 'off' } },
        { kind: 'set-targets', variation: 'on', contextKind: 'user', keys: ['ana'] },
        { kind: 'turn-off' },
      ],
    });
  });

  test('fits a newer revision: what it did not touch stays as somebody else left it', () => {
    const newer = aConfig({ on: false });
    expect(readDraft(newer, { targets: {}, fallthrough: { kind: 'variation', variation: 'on' } })).toMatchObject({
      instructions: [{ kind: 'set-fallthrough' }],
      after: { on: false },
    });
  });
});

test('pasted keys are kept once each, and how many came twice is known', () => {
  expect(readKeys('ana\n radu ,ana\n\n8842')).toEqual({ keys: ['ana', 'radu', '8842'], duplicates: 1 });
});
