import { describe, expect, test } from 'vitest';
import type { Flag, FlagConfig } from '../model/model.ts';
import { aConfig, aFlag, aRule } from '../testing/builders.ts';
import { applyToFlag } from './apply-flag.ts';
import { createFlag } from './create.ts';
import type { SharedFacts } from './facts.ts';
import type { FlagInstruction } from './instructions.ts';
import type { ChangeProblem } from './problem.ts';

const facts: SharedFacts = { now: 100, actor: 'member:9', origin: 'api', newId: () => 'new-id', environments: [] };

const three = aFlag({
  type: 'string',
  variations: [
    { key: 'a', value: 'A' },
    { key: 'b', value: 'B', name: 'Bee' },
    { key: 'c', value: 'C' },
  ],
});

function apply(flag: Flag, ...instructions: FlagInstruction[]): Flag {
  const result = applyToFlag(flag, instructions, facts);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.document;
}

function problemsOf(flag: Flag, instruction: FlagInstruction, known = facts): readonly ChangeProblem[] {
  const result = applyToFlag(flag, [instruction], known);
  return result.kind === 'refused' ? result.problems : [];
}

/** An environment with this flag and one that needs it. */
function usedBy(flag: Flag, config: FlagConfig, dependant: Partial<Flag> = {}): SharedFacts {
  const other = aFlag({ key: 'other', ...dependant });
  const needs = aConfig({ prerequisites: [{ flag: flag.key, variations: ['b'] }] });
  const flags = new Map([
    [flag.key, { flag, config }],
    ['other', { flag: other, config: needs }],
  ]);
  return { ...facts, environments: [{ environment: 'production', flags, segments: new Map() }] };
}

test.for<[FlagInstruction, Partial<Flag>]>([
  [{ kind: 'rename', name: 'New' }, { name: 'New' }],
  [{ kind: 'describe', description: 'Why' }, { description: 'Why' }],
  [{ kind: 'set-owner', owner: 'member-2' }, { owner: 'member-2' }],
  [{ kind: 'set-tags', tags: ['x', 'y', 'x'] }, { tags: ['x', 'y'] }],
  [{ kind: 'set-links', links: [] }, { links: [] }],
  [{ kind: 'set-metadata', metadata: { team: 'a' } }, { metadata: { team: 'a' } }],
  [{ kind: 'set-purpose', purpose: 'permission' }, { purpose: 'permission' }],
  [{ kind: 'set-lifetime', lifetimeDays: null }, { lifetimeDays: null }],
  [{ kind: 'set-client-side', clientSide: true }, { clientSide: true }],
  [{ kind: 'set-json-schema', jsonSchema: true }, { jsonSchema: true }],
  [{ kind: 'set-salt', salt: 'other' }, { salt: 'other' }],
  [{ kind: 'archive' }, { archivedAt: 100 }],
])('%j changes just that', ([instruction, changed]) => {
  expect(apply(three, instruction)).toEqual({ ...three, ...changed });
});

describe('variations', () => {
  test('are added last, or where the index says', () => {
    const keys = apply(
      three,
      { kind: 'add-variation', variation: { key: 'd', value: 'D' } },
      { kind: 'add-variation', variation: { key: 'e', value: 'E' }, index: 0 },
    ).variations.map((variation) => variation.key);
    expect(keys).toEqual(['e', 'a', 'b', 'c', 'd']);
  });

  test('change only in what the update names; an empty name takes it away', () => {
    const [, b] = apply(three, { kind: 'update-variation', variation: 'b', value: 'new' }).variations;
    expect(b).toEqual({ key: 'b', value: 'new', name: 'Bee' });
    const [, nameless] = apply(three, { kind: 'update-variation', variation: 'b', name: '' }).variations;
    expect(nameless).toEqual({ key: 'b', value: 'B' });
  });

  test('are removed when nobody uses them', () => {
    expect(apply(three, { kind: 'remove-variation', variation: 'b' }).variations).toHaveLength(2);
  });

  test.for<[where: string, Partial<FlagConfig>]>([
    ['off variation', { offVariation: 'c' }],
    ['targets', { targets: [{ variation: 'c', contextKind: 'user', keys: ['u'] }] }],
    ['rule 1', { rules: [aRule({ serve: { variation: 'c' } })] }],
    ['fallthrough', { fallthrough: { split: { weights: { a: 100_000, c: 0 }, allocation: [] } } }],
  ])('are not removed while the %s uses them', ([where, config]) => {
    const used = usedBy(three, aConfig({ offVariation: 'a', fallthrough: { variation: 'a' }, ...config }));
    const [problem] = problemsOf(three, { kind: 'remove-variation', variation: 'c' }, used);
    expect(problem).toMatchObject({ code: 'in-use', pointer: '/0/variation' });
    expect(problem?.detail).toContain(`\`production\`: ${where} of flag \`new-checkout\``);
  });

  test('are not removed while a prerequisite names them', () => {
    const used = usedBy(three, aConfig({ offVariation: 'a', fallthrough: { variation: 'a' } }));
    const [problem] = problemsOf(three, { kind: 'remove-variation', variation: 'b' }, used);
    expect(problem?.detail).toContain('prerequisites of flag `other`');
  });
});

describe('an archived flag', () => {
  test('can only be unarchived', () => {
    const archived = aFlag({ archivedAt: 5 });
    expect(problemsOf(archived, { kind: 'rename', name: 'x' })).toMatchObject([{ code: 'archived', pointer: '/0' }]);
    expect(apply(archived, { kind: 'unarchive' }, { kind: 'rename', name: 'x' })).toEqual(aFlag({ name: 'x' }));
  });

  test('cannot be one that a live flag needs', () => {
    const used = usedBy(three, aConfig());
    expect(problemsOf(three, { kind: 'archive' }, used)).toMatchObject([{ code: 'in-use', pointer: '/0' }]);
    expect(problemsOf(three, { kind: 'archive' }, usedBy(three, aConfig(), { archivedAt: 1 }))).toEqual([]);
  });
});

const created = createFlag({ key: 'users-db', type: 'string', purpose: 'migration' }, facts);
const migration = created.kind === 'applied' ? created.document.flag : aFlag();

test.for<[string, Flag, FlagInstruction, ChangeProblem['code'], string]>([
  ['a blank name', three, { kind: 'rename', name: ' ' }, 'invalid', '/0/name'],
  [
    'a third boolean',
    aFlag(),
    { kind: 'add-variation', variation: { key: 'x', value: true } },
    'invalid',
    '/0/variation',
  ],
  ['half a boolean', aFlag(), { kind: 'remove-variation', variation: 'on' }, 'invalid', '/0/variation'],
  [
    'a key twice',
    three,
    { kind: 'add-variation', variation: { key: 'a', value: '' } },
    'duplicate',
    '/0/variation/key',
  ],
  ['no place', three, { kind: 'add-variation', variation: { key: 'x', value: '' }, index: 4 }, 'invalid', '/0/index'],
  ['an unknown variation', three, { kind: 'update-variation', variation: 'x' }, 'unknown-variation', '/0/variation'],
  ['an unknown variation', three, { kind: 'remove-variation', variation: 'x' }, 'unknown-variation', '/0/variation'],
  [
    'a seventh stage',
    migration,
    { kind: 'add-variation', variation: { key: 'x', value: 'x' } },
    'invalid',
    '/0/variation',
  ],
  ['another stage', migration, { kind: 'update-variation', variation: 'live', value: 'x' }, 'invalid', '/0/value'],
  ['a late migration', three, { kind: 'set-purpose', purpose: 'migration' }, 'invalid', '/0/purpose'],
  ['nothing to unarchive', three, { kind: 'unarchive' }, 'invalid', '/0'],
])('%s is refused', ([, flag, instruction, code, pointer]) => {
  expect(problemsOf(flag, instruction)).toMatchObject([{ code, pointer }]);
});
