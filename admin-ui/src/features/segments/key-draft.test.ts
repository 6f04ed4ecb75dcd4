import { LIMITS } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import {
  countsOf,
  editsAt,
  isTooLarge,
  type KeyPlace,
  keyInstructionsOf,
  linesOf,
  NO_KEYS,
  withAdditions,
  withFile,
  withRemovals,
} from './key-draft.ts';

const included: KeyPlace = { list: 'included', contextKind: 'user' };
const excluded: KeyPlace = { list: 'excluded', contextKind: 'user' };

describe('a draft of keys', () => {
  test('keeps what comes and what goes apart, list by list', () => {
    const draft = withRemovals(withAdditions(NO_KEYS, included, ['ana', 'radu']), excluded, ['mihai']);
    expect(countsOf(draft)).toEqual({ added: 2, removed: 1 });
    expect(keyInstructionsOf(draft)).toEqual([
      { kind: 'add-members', ...included, keys: ['ana', 'radu'] },
      { kind: 'remove-members', ...excluded, keys: ['mihai'] },
    ]);
    expect(
      linesOf(draft)
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { op: 'add', ...included, key: 'ana' },
      { op: 'add', ...included, key: 'radu' },
      { op: 'remove', ...excluded, key: 'mihai' },
    ]);
  });

  test('never adds and removes the same key: what was said last counts', () => {
    const removed = withRemovals(withAdditions(NO_KEYS, included, ['ana', 'radu']), included, ['ana']);
    expect(editsAt(removed, included)).toMatchObject({ add: ['radu'], remove: ['ana'] });
    expect(editsAt(withAdditions(removed, included, ['radu', 'ana']), included)).toMatchObject({ remove: [] });
  });

  test('that was taken back is empty, and known to be another than before', () => {
    const draft = withAdditions(withAdditions(NO_KEYS, included, ['ana']), included, []);
    expect(draft.places).toEqual([]);
    expect(draft.id).not.toBe(NO_KEYS.id);
  });

  test('is too large beyond what a segment can hold', () => {
    const keys = Array.from({ length: LIMITS.segmentKeys }, (_, index) => `u${index}`);
    expect(isTooLarge(withAdditions(NO_KEYS, included, keys))).toBe(false);
    expect(isTooLarge(withAdditions(NO_KEYS, included, [...keys, 'one more']))).toBe(true);
  });
});

test('a file is read line by line, a table by its first column', () => {
  expect(withFile(['ana'], '\uFEFFana\r\nradu\n\nradu\n')).toMatchObject({
    values: ['ana', 'radu'],
    added: 1,
    duplicates: 2,
  });
  expect(withFile([], 'ana,Ana Pop,RO\n"radu";"Radu"\nmihai').values).toEqual(['ana', 'radu', 'mihai']);
});
