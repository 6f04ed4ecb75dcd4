import { describe, expect, test } from 'vitest';
import type { SegmentConfig, SegmentRule } from '../model/model.ts';
import { aSegment, aSegmentConfig } from '../testing/builders.ts';
import { applyToSegment, applyToSegmentConfig } from './apply-segment.ts';
import type { ChangeFacts } from './facts.ts';
import type { SegmentConfigInstruction } from './instructions.ts';
import type { ChangeProblem } from './problem.ts';

const facts: ChangeFacts = { now: 100, actor: 'member:9', origin: 'api', newId: () => 'new-id' };

function apply(config: SegmentConfig, ...instructions: SegmentConfigInstruction[]): SegmentConfig {
  const result = applyToSegmentConfig(config, instructions, facts);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  return result.document;
}

const rule: SegmentRule = {
  id: 'r1',
  name: '',
  clauses: [{ attribute: 'country', operator: 'in', values: ['DE'] }],
  share: 10_000,
};

describe('members of a segment', () => {
  const user = { contextKind: 'user', list: 'included' } as const;

  test('are added once, removed, and set', () => {
    const config = apply(
      aSegmentConfig(),
      { kind: 'add-members', ...user, keys: ['u1', 'u2'] },
      { kind: 'add-members', ...user, keys: ['u2', 'u3'] },
      { kind: 'remove-members', ...user, keys: ['u1', 'u9'] },
      { kind: 'set-members', list: 'excluded', contextKind: 'org', keys: ['acme', 'acme'] },
    );
    expect(config).toEqual(
      aSegmentConfig({
        included: [{ contextKind: 'user', keys: ['u2', 'u3'] }],
        excluded: [{ contextKind: 'org', keys: ['acme'] }],
      }),
    );
  });

  test('leave no empty list behind', () => {
    const config = aSegmentConfig({ included: [{ contextKind: 'user', keys: ['u1'] }] });
    expect(apply(config, { kind: 'remove-members', ...user, keys: ['u1'] })).toEqual(aSegmentConfig());
  });
});

describe('rules of a segment', () => {
  test('are added, moved, changed and removed', () => {
    const config = apply(
      aSegmentConfig({ rules: [rule] }),
      { kind: 'add-rule', rule: { clauses: [] }, index: 0 },
      { kind: 'move-rule', ruleId: 'r1', index: 0 },
      { kind: 'update-rule', ruleId: 'r1', name: 'Germans', share: null, salt: 'layer' },
    );
    const { share: _, ...whole } = rule;
    expect(config.rules).toEqual([
      { ...whole, name: 'Germans', salt: 'layer' },
      { id: 'new-id', name: '', clauses: [] },
    ]);
    expect(apply(config, { kind: 'remove-rule', ruleId: 'r1' }).rules).toHaveLength(1);
  });
});

test.for<[SegmentConfigInstruction, ChangeProblem['code'], string]>([
  [{ kind: 'add-members', list: 'included', contextKind: 'kind', keys: ['u'] }, 'invalid', '/0/contextKind'],
  [{ kind: 'remove-rule', ruleId: 'r9' }, 'unknown-rule', '/0/ruleId'],
  [{ kind: 'add-rule', rule: { id: 'r1', clauses: [] } }, 'duplicate', '/0/rule/id'],
  [
    { kind: 'add-rule', rule: { clauses: [{ attribute: '', operator: 'exists', values: [] }] } },
    'invalid',
    '/0/rule/clauses/0/attribute',
  ],
  [
    { kind: 'update-rule', ruleId: 'r1', clauses: [{ attribute: 'a', operator: 'in', values: [] }] },
    'invalid',
    '/0/clauses/0/values',
  ],
])('%j is refused', ([instruction, code, pointer]) => {
  expect(applyToSegmentConfig(aSegmentConfig({ rules: [rule] }), [instruction], facts)).toMatchObject({
    kind: 'refused',
    problems: [{ code, pointer }],
  });
});

test('the shared part is renamed and described', () => {
  const instructions = [
    { kind: 'rename', name: 'Beta' },
    { kind: 'describe', description: 'Who tries first' },
  ] as const;
  expect(applyToSegment(aSegment(), instructions)).toEqual({
    kind: 'applied',
    document: aSegment({ name: 'Beta', description: 'Who tries first' }),
  });
  expect(applyToSegment(aSegment(), [{ kind: 'rename', name: '' }])).toMatchObject({
    problems: [{ code: 'invalid', pointer: '/0/name' }],
  });
});
