import { aFlag } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import {
  altersMeaning,
  placeOfProblem,
  readSharedDraft,
  rebasedOn,
  type VariationDraft,
  variationDraftsOf,
} from './variation-draft.ts';

const flag = aFlag({
  type: 'json',
  variations: [
    { key: 'wide', value: { columns: 4 }, name: 'Wide' },
    { key: 'narrow', value: { columns: 2 } },
  ],
});
const drafts = variationDraftsOf(flag);
const edited = (id: string, change: Partial<VariationDraft>) =>
  drafts.map((draft) => (draft.id === id ? { ...draft, ...change } : draft));
const added: VariationDraft = {
  id: 'new:1',
  isNew: true,
  isRemoved: false,
  key: 'huge',
  name: '',
  description: ' For walls ',
  text: '[]',
};

const read = (variations: readonly VariationDraft[], of = flag) => readSharedDraft(of, { variations });

describe('edited variations', () => {
  test('that say what is saved ask for nothing', () => {
    expect(read(drafts)).toEqual({ kind: 'unchanged' });
    expect(readSharedDraft(flag, {})).toEqual({ kind: 'unchanged' });
  });

  test('ask only for what was touched', () => {
    expect(read(edited('wide', { text: '{"columns": 5}' }))).toMatchObject({
      instructions: [{ kind: 'update-variation', variation: 'wide', value: { columns: 5 } }],
    });
    expect(read(edited('wide', { name: ' ' }))).toMatchObject({
      instructions: [{ kind: 'update-variation', variation: 'wide', name: '' }],
    });
  });

  test('can be added and removed', () => {
    expect(read([...edited('wide', { isRemoved: true }), added])).toMatchObject({
      instructions: [
        { kind: 'add-variation', variation: { key: 'huge', value: [], description: 'For walls' }, index: 2 },
        { kind: 'remove-variation', variation: 'wide' },
      ],
    });
  });

  test.for<[what: string, variations: readonly VariationDraft[], part: string]>([
    ['a value that is no JSON', edited('wide', { text: '{' }), 'value'],
    ['a key that cannot be', [...drafts, { ...added, key: 'no key' }], 'key'],
    ['a key that inherits', [...drafts, { ...added, key: '__proto__' }], 'key'],
    ['a key that is there already', [...drafts, { ...added, key: 'wide' }], 'key'],
  ])('with %s cannot be reviewed', ([, variations, part]) => {
    expect(read(variations)).toMatchObject({ kind: 'invalid', problems: [{ part }] });
  });

  test('of a number that is none cannot be reviewed', () => {
    const sizes = aFlag({ type: 'number', variations: [{ key: 'a', value: 1 }] });
    const wrong = variationDraftsOf(sizes).map((draft) => ({ ...draft, text: 'one' }));
    expect(read(wrong, sizes)).toMatchObject({
      problems: [{ at: { variation: 'a' }, detail: 'This is not a number.' }],
    });
  });
});

describe('an edited JSON Schema', () => {
  test('is set, kept and taken away', () => {
    const withSchema = aFlag({ ...flag, jsonSchema: { type: 'object' } });
    expect(readSharedDraft(flag, { schema: '{"type":"object"}' })).toMatchObject({
      instructions: [{ kind: 'set-json-schema', jsonSchema: { type: 'object' } }],
    });
    expect(readSharedDraft(withSchema, { schema: '{\n  "type": "object"\n}' })).toEqual({ kind: 'unchanged' });
    expect(readSharedDraft(withSchema, { schema: ' ' })).toMatchObject({
      instructions: [{ kind: 'set-json-schema', jsonSchema: null }],
    });
  });

  test('that is no JSON cannot be reviewed', () => {
    expect(readSharedDraft(flag, { schema: '{"type"' })).toMatchObject({ problems: [{ at: 'schema' }] });
  });
});

test('a problem of the server stands beside the variation that it is about', () => {
  const variations = [...edited('wide', { isRemoved: true }), added];
  const reading = read(variations);
  if (reading.kind !== 'changed') throw new Error(reading.kind);
  const at = (pointer: string) => placeOfProblem(pointer, reading, variations);
  expect(at('/flags/new-checkout/variations/1/value')).toEqual({ at: { variation: 'new:1' }, part: 'value' });
  expect(at('/instructions/1/variation')).toEqual({ at: { variation: 'wide' }, part: 'whole' });
  expect(at('/flags/new-checkout/jsonSchema')).toEqual({ at: 'schema', part: 'value' });
  expect(at('/environments/production/flags/new-checkout')).toEqual({ at: 'flag', part: 'value' });
});

test('only a value that changes, or one that goes, needs a reason', () => {
  expect(altersMeaning([{ kind: 'update-variation', variation: 'wide', name: 'Broad' }])).toBe(false);
  expect(altersMeaning([{ kind: 'update-variation', variation: 'wide', value: 1 }])).toBe(true);
  expect(altersMeaning([{ kind: 'remove-variation', variation: 'wide' }])).toBe(true);
});

test('edits on top of what somebody else has saved keep both', () => {
  const live = aFlag({
    ...flag,
    variations: [
      { key: 'wide', value: { columns: 6 } },
      { key: 'narrow', value: { columns: 2 } },
      { key: 'theirs', value: {} },
    ],
  });
  const mine = { variations: [...edited('narrow', { text: '{"columns":1}' }), added] };
  expect(rebasedOn(mine, flag, live).variations?.map(({ id, text }) => [id, JSON.parse(text)])).toEqual([
    ['wide', { columns: 6 }],
    ['narrow', { columns: 1 }],
    ['theirs', {}],
    ['new:1', []],
  ]);
});
