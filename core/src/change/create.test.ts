import { describe, expect, test } from 'vitest';
import type { Purpose } from '../model/model.ts';
import { createFlag, createSegment } from './create.ts';
import type { ChangeFacts } from './facts.ts';
import type { FlagInput } from './instructions.ts';
import type { ChangeProblem } from './problem.ts';

const facts: ChangeFacts = { now: 100, actor: 'member:9', origin: 'api', newId: () => 'new-id' };

function create(input: FlagInput) {
  const result = createFlag(input, facts);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.document;
}

describe('a new flag', () => {
  test('of type boolean can be on or off, and is off everywhere', () => {
    expect(create({ key: 'new-checkout', type: 'boolean' })).toEqual({
      flag: {
        key: 'new-checkout',
        name: 'new-checkout',
        description: '',
        type: 'boolean',
        variations: [
          { key: 'on', value: true },
          { key: 'off', value: false },
        ],
        purpose: 'release',
        lifetimeDays: 30,
        owner: null,
        tags: [],
        links: [],
        metadata: {},
        clientSide: false,
        salt: 'new-checkout',
        jsonSchema: null,
        createdAt: 100,
        createdBy: 'member:9',
        archivedAt: null,
      },
      config: {
        on: false,
        killed: null,
        offVariation: 'off',
        prerequisites: [],
        targets: [],
        rules: [],
        fallthrough: { variation: 'on' },
      },
    });
  });

  test.for<[Purpose, number | null]>([
    ['release', 30],
    ['experiment', 30],
    ['operational', 7],
    ['kill-switch', null],
    ['permission', null],
  ])('for the purpose %s is expected to live %s days', ([purpose, days]) => {
    expect(create({ key: 'f', type: 'boolean', purpose }).flag.lifetimeDays).toBe(days);
    expect(create({ key: 'f', type: 'boolean', purpose, lifetimeDays: 3 }).flag.lifetimeDays).toBe(3);
  });

  test('for a migration has six stages, and the old store is the safe one', () => {
    const { flag, config } = create({ key: 'users-db', type: 'string', purpose: 'migration' });
    expect(flag.variations.map(({ key, value }) => [key, value])).toEqual(
      ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'].map((stage) => [stage, stage]),
    );
    expect(flag.lifetimeDays).toBe(60);
    expect(config).toMatchObject({ offVariation: 'off', fallthrough: { variation: 'off' } });
  });

  const two = [
    { key: 'a', value: 'A' },
    { key: 'b', value: 'B' },
  ];

  test.for<[FlagInput, ChangeProblem['code'], string]>([
    [{ key: '__proto__', type: 'boolean' }, 'reserved', '/key'],
    [{ key: 'constructor', type: 'boolean' }, 'reserved', '/key'],
    [{ key: '-x', type: 'boolean' }, 'invalid', '/key'],
    [{ key: 'x'.repeat(129), type: 'boolean' }, 'invalid', '/key'],
    [{ key: 'f', type: 'string' }, 'invalid', '/variations'],
    [{ key: 'f', type: 'string', variations: two.slice(1) }, 'invalid', '/variations'],
    [{ key: 'f', type: 'number', variations: two }, 'type', '/variations/0/value'],
    [{ key: 'f', type: 'string', variations: [...two, ...two] }, 'duplicate', '/variations/2/key'],
    [{ key: 'f', type: 'string', variations: two, purpose: 'migration' }, 'invalid', '/variations'],
    [{ key: 'f', type: 'boolean', purpose: 'migration' }, 'invalid', '/type'],
    [{ key: 'f', type: 'boolean', metadata: { text: 'x'.repeat(1_024) } }, 'limit', '/metadata'],
  ])('%j is refused', ([input, code, pointer]) => {
    const result = createFlag(input, facts);
    expect(result.kind === 'refused' && result.problems[0]).toMatchObject({ code, pointer });
  });
});

test('a new segment is empty', () => {
  expect(createSegment({ key: 'beta', name: 'Beta' }, facts)).toEqual({
    kind: 'applied',
    document: {
      segment: { key: 'beta', name: 'Beta', description: '', createdAt: 100, createdBy: 'member:9' },
      config: { included: [], excluded: [], rules: [] },
    },
  });
  expect(createSegment({ key: 'prototype' }, facts)).toMatchObject({
    problems: [{ code: 'reserved', pointer: '/key' }],
  });
});
