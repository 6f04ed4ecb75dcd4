import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flag, FlagConfig, Serve } from '../model/model.ts';
import { aConfig, aFlag, aRule, aSegment, aSegmentConfig } from '../testing/builders.ts';
import { arbitraryConfig, arbitrarySegmentConfig } from '../testing/change-arbitraries.ts';
import { applyToConfig } from './apply-config.ts';
import { applyToFlag } from './apply-flag.ts';
import { applyToSegment, applyToSegmentConfig } from './apply-segment.ts';
import { diffConfig, diffSegment, diffSegmentConfig } from './diff.ts';
import { diffFlag } from './diff-flag.ts';
import type { SharedFacts } from './facts.ts';
import { withoutArms } from './without-arms.ts';

const facts: SharedFacts = { now: 100, actor: 'member:9', origin: 'api', newId: () => 'new', environments: [] };

const flag = aFlag({
  type: 'string',
  variations: [
    { key: 'a', value: 'A' },
    { key: 'b', value: 'B' },
    { key: 'c', value: 'C' },
  ],
});

/** When and by whom a flag was killed is told anew. */
function comparable(config: FlagConfig) {
  return { ...config, killed: config.killed !== null };
}

/** The configuration with arms on its splits. */
function withSomeArms(config: FlagConfig, stage: number): FlagConfig {
  const arms = { rollout: 'r1', stage, t: [[0, 1]], c: [[1, 2]] } as const;
  const measured = (serve: Serve): Serve => ('split' in serve ? { split: { ...serve.split, arms } } : serve);
  return {
    ...config,
    rules: config.rules.map((rule) => ({ ...rule, serve: measured(rule.serve) })),
    fallthrough: measured(config.fallthrough),
  };
}

describe('the difference of two configurations', () => {
  test('leads from one to the other, allocations included', () => {
    fc.assert(
      fc.property(arbitraryConfig(flag), arbitraryConfig(flag), (before, after) => {
        const reached = applyToConfig(flag, before, diffConfig(flag, before, after), facts);
        if (reached.kind === 'refused') throw new Error(JSON.stringify(reached.problems));
        expect(comparable(reached.document)).toEqual(comparable(after));
      }),
      { numRuns: 700 },
    );
  });

  test('takes arms away, and never brings them back', () => {
    fc.assert(
      fc.property(arbitraryConfig(flag), arbitraryConfig(flag), fc.boolean(), (before, after, hasSame) => {
        const [from, to] = [withSomeArms(before, 0), withSomeArms(hasSame ? before : after, 1)];
        const reached = applyToConfig(flag, from, diffConfig(flag, from, to), facts);
        if (reached.kind === 'refused') throw new Error(JSON.stringify(reached.problems));
        expect(comparable(reached.document)).toEqual(comparable(withoutArms(to)));
      }),
    );
  });

  test('leaves the arms that both have', () => {
    fc.assert(
      fc.property(arbitraryConfig(flag), (config) => {
        const measured = withSomeArms(config, 0);
        expect(diffConfig(flag, measured, { ...structuredClone(measured), on: !measured.on })).toHaveLength(1);
      }),
    );
  });

  test('is empty when they say the same', () => {
    fc.assert(
      fc.property(arbitraryConfig(flag), (config) => {
        expect(diffConfig(flag, config, structuredClone(config))).toEqual([]);
      }),
    );
  });

  test('says a new percentage as one split, without ranges that the weights lead to anyway', () => {
    const before = aConfig({
      fallthrough: {
        split: {
          weights: { on: 10_000, off: 90_000 },
          allocation: [
            { from: 0, to: 10_000, variation: 'on' },
            { from: 10_000, to: 100_000, variation: 'off' },
          ],
        },
      },
    });
    const instructions = [{ kind: 'set-split', at: 'fallthrough', weights: { on: 25_000, off: 75_000 } }] as const;
    const after = applyToConfig(aFlag(), before, instructions, facts);
    if (after.kind === 'refused') throw new Error('refused');
    expect(diffConfig(aFlag(), before, after.document)).toEqual(instructions);
  });

  test('moves one rule when one rule moved', () => {
    const rules = ['r1', 'r2', 'r3', 'r4'].map((id) => aRule({ id }));
    const before = aConfig({ rules });
    const after = aConfig({ rules: [...rules.slice(1), ...rules.slice(0, 1)] });
    expect(diffConfig(aFlag(), before, after)).toEqual([{ kind: 'move-rule', ruleId: 'r1', index: 3 }]);
  });

  test('names only the keys that came and went', () => {
    const before = aConfig({ targets: [{ variation: 'on', contextKind: 'user', keys: ['u1', 'u2'] }] });
    const after = aConfig({ targets: [{ variation: 'on', contextKind: 'user', keys: ['u2', 'u3'] }] });
    expect(diffConfig(aFlag(), before, after)).toEqual([
      { kind: 'remove-targets', variation: 'on', contextKind: 'user', keys: ['u1'] },
      { kind: 'add-targets', variation: 'on', contextKind: 'user', keys: ['u3'] },
    ]);
  });
});

const arbitraryFlag: fc.Arbitrary<Flag> = fc
  .record({
    name: fc.constantFrom('One', 'Two'),
    description: fc.constantFrom('', 'Why'),
    owner: fc.constantFrom(null, '1', '2'),
    tags: fc.subarray(['x', 'y']),
    links: fc.constantFrom([], [{ kind: 'issue' as const, url: 'https://example.com/1' }]),
    metadata: fc.constantFrom<Flag['metadata'][]>({}, { team: 'a' }, { team: 'b', tier: 1 }),
    purpose: fc.constantFrom<Flag['purpose'][]>('release', 'kill-switch'),
    lifetimeDays: fc.constantFrom(null, 7, 30),
    clientSide: fc.boolean(),
    jsonSchema: fc.constantFrom<Flag['jsonSchema'][]>(null, { type: 'object' }),
    salt: fc.constantFrom('s1', 's2'),
    archivedAt: fc.constantFrom(null, 100),
    variations: fc
      .tuple(
        fc.subarray(['a', 'b', 'c', 'd', 'e'], { minLength: 2 }),
        fc.array(
          fc.record(
            { value: fc.constantFrom({ n: 1 }, { n: 2 }), name: fc.constant('N'), description: fc.constant('D') },
            { requiredKeys: ['value'] },
          ),
          { minLength: 5, maxLength: 5 },
        ),
      )
      .map(([keys, rest]) => keys.map((key, index) => ({ key, value: 0, ...rest[index] }))),
  })
  .map((overrides) => aFlag({ type: 'json', ...overrides }));

describe('the difference of what environments share', () => {
  test('leads from one flag to the other', () => {
    fc.assert(
      fc.property(arbitraryFlag, arbitraryFlag, (before, after) => {
        const reached = applyToFlag(before, diffFlag(before, after), facts);
        if (reached.kind === 'refused') throw new Error(JSON.stringify(reached.problems));
        expect(reached.document).toEqual(after);
      }),
      { numRuns: 700 },
    );
  });

  test('leads from one segment to the other', () => {
    const before = aSegment({ name: 'A', description: 'x' });
    const after = aSegment({ name: 'B', description: '' });
    expect(applyToSegment(before, diffSegment(before, after))).toEqual({ kind: 'applied', document: after });
    expect(diffSegment(after, after)).toEqual([]);
  });
});

describe('the difference of two definitions of a segment', () => {
  test('leads from one to the other', () => {
    fc.assert(
      fc.property(arbitrarySegmentConfig, arbitrarySegmentConfig, (before, after) => {
        const reached = applyToSegmentConfig(before, diffSegmentConfig(before, after), facts);
        expect(reached).toEqual({ kind: 'applied', document: after });
      }),
      { numRuns: 700 },
    );
  });

  test('is empty when they say the same', () => {
    const config = aSegmentConfig({ included: [{ contextKind: 'user', keys: ['u1'] }] });
    expect(diffSegmentConfig(config, structuredClone(config))).toEqual([]);
  });
});
