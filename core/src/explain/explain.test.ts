import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Environment, openEnvironment } from '../environment/environment.ts';
import { bucketOf, seedOf } from '../evaluate/bucket.ts';
import type { ContextInput } from '../model/context.ts';
import type { FlagItem, Item } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import type { EvaluationReason, Resolution } from '../model/resolution.ts';
import { aContext, arbitraryContext, arbitraryItems, flagItem, segmentItem } from '../testing/index.ts';
import { type ExplainedClause, type ExplainedStep, explain } from './explain.ts';

/** What the steps alone say about the reason. */
function decidedBy(steps: readonly ExplainedStep[]): string {
  const last = steps.findLast(({ evaluated }) => evaluated);
  if (last === undefined || last.step === 'error') return 'ERROR';
  if (last.step === 'killed') return 'KILLED';
  if (last.step === 'on') return 'OFF';
  if (last.step === 'target') return 'TARGET_MATCH';
  if (last.step === 'fallthrough') return 'FALLTHROUGH';
  const [step, name] = last.step.split(' ');
  return step === 'rule' ? `RULE_MATCH ${name}` : `PREREQUISITE_FAILED ${name}`;
}

function named(reason: EvaluationReason): string {
  if (reason.kind === 'RULE_MATCH') return `RULE_MATCH ${reason.ruleId}`;
  if (reason.kind === 'PREREQUISITE_FAILED') return `PREREQUISITE_FAILED ${reason.prerequisiteKey}`;
  return reason.kind;
}

/** A flag that says whether a clause holds. */
const probeOf = (clause: Clause): FlagItem =>
  flagItem(`probe ${JSON.stringify(clause)}`, {
    rules: [{ id: 'probe', clauses: [clause], serve: { variation: 0 } }],
    fallthrough: { variation: 1 },
  });

const inSegment = (...values: string[]): Clause => ({ attribute: '', operator: 'in-segment', values });

/** Every clause of the items, and every segment, with a flag that asks for nothing else. */
function withProbes(items: readonly Item[]): Environment {
  const clauses = items.flatMap(({ body }) => body.rules.flatMap((rule) => rule.clauses));
  const segments = items.filter(({ kind }) => kind === 'segment').map(({ key }) => inSegment(key));
  return openEnvironment([...items, ...[...clauses, ...segments].map(probeOf)], {});
}

/** What evaluation itself says about a clause. */
const holdsIn = (environment: Environment, clause: Clause, context: ContextInput): boolean =>
  environment.evaluate(probeOf(clause).key, context, null).variation === 'on';

/** The clauses that the rules of the flag hold, told and meant side by side; those within segments too. */
function* toldClauses(environment: Environment, step: ExplainedStep, flag: string) {
  if (step.kind !== 'rule') return;
  const rule = environment.flags.get(flag)?.item.body.rules[step.ruleIndex];
  yield* paired(environment, step.clauses, rule?.clauses ?? []);
}

function* paired(
  environment: Environment,
  told: readonly ExplainedClause[],
  meant: readonly Clause[],
): Generator<readonly [ExplainedClause, Clause]> {
  for (const [index, one] of told.entries()) {
    const clause = meant[index];
    if (clause === undefined) throw new Error('more clauses are told than there are');
    yield [one, clause];
    for (const { segment, rules } of one.segments)
      for (const [number, rule] of rules.entries())
        yield* paired(
          environment,
          rule.clauses,
          environment.segments.get(segment)?.item.body.rules[number]?.clauses ?? [],
        );
  }
}

/** Whether a step that decided says the same as the answer about what is served, and by which bucket. */
function expectSame(step: ExplainedStep | undefined, { variation, reason }: Resolution): void {
  if (step === undefined || !('variation' in step) || step.kind === 'prerequisite') return;
  expect(step.variation).toBe(variation);
  if (step.kind === 'target') return;
  const told = 'rollout' in reason ? reason.rollout : undefined;
  if (!told) {
    expect(step.rollout).toBe(told);
    return;
  }
  expect(step.rollout).toMatchObject(told);
  expect(step.rollout?.from).toBeLessThanOrEqual(told.bucket);
  expect(step.rollout?.to).toBeGreaterThan(told.bucket);
}

const inWords = (steps: readonly ExplainedStep[]) => steps.map(({ step, matched, why }) => ({ step, matched, why }));

describe('an explanation', () => {
  test('never disagrees with the evaluation', () => {
    fc.assert(
      fc.property(arbitraryItems, arbitraryContext, (items, context) => {
        const environment = openEnvironment(items, {});
        for (const key of environment.flags.keys()) {
          const { resolution, steps } = explain(environment, key, context, null);
          expect(resolution).toEqual(environment.evaluate(key, context, null));
          expect(decidedBy(steps)).toBe(named(resolution.reason));
          const looked = steps.filter(({ evaluated }) => evaluated);
          for (const { step, matched } of looked.slice(0, -1))
            expect([step, matched]).toEqual([step, step === 'on' || step.startsWith('prerequisite')]);
          expectSame(looked.at(-1), resolution);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('says of every clause what evaluation says of it', () => {
    let told = 0;
    fc.assert(
      fc.property(arbitraryItems, arbitraryContext, (items, context) => {
        const environment = withProbes(items);
        for (const { key } of items.filter(({ kind }) => kind === 'flag'))
          for (const step of explain(environment, key, context, null).steps)
            for (const [clause, meant] of toldClauses(environment, step, key)) {
              told += 1;
              expect([meant, clause.matched]).toEqual([meant, holdsIn(environment, meant, context)]);
              expect(clause).toMatchObject({
                attribute: meant.attribute,
                operator: meant.operator,
                total: meant.values.length,
              });
              for (const { segment, member, by } of clause.segments) {
                expect([segment, member]).toEqual([segment, holdsIn(environment, inSegment(segment), context)]);
                const isIn = by !== null && !('list' in by && by.list === 'excluded');
                if (by !== null) expect([segment, by, isIn]).toEqual([segment, by, member]);
              }
            }
      }),
      { numRuns: 200 },
    );
    expect(told).toBeGreaterThan(100);
  });

  test('says of every prerequisite what it serves, and how it came to it', () => {
    fc.assert(
      fc.property(arbitraryItems, arbitraryContext, (items, context) => {
        const environment = openEnvironment(items, {});
        for (const key of environment.flags.keys())
          for (const step of explain(environment, key, context, null).steps) {
            if (step.kind !== 'prerequisite') continue;
            const needed = explain(environment, step.flag, context, null);
            expect(step.variation).toBe(needed.resolution.variation);
            if (step.steps.length > 0) expect(decidedBy(step.steps)).toBe(named(needed.resolution.reason));
          }
      }),
      { numRuns: 200 },
    );
  });

  test('never throws, whatever is passed', () => {
    fc.assert(
      fc.property(
        arbitraryItems,
        fc.anything({ withBigInt: true, withDate: true }),
        fc.anything(),
        (items, context, fallback) => {
          const environment = openEnvironment(items, {});
          for (const key of ['nowhere', ...environment.flags.keys()]) {
            const { resolution, steps } = explain(environment, key, context as never, fallback);
            expect(decidedBy(steps)).toBe(named(resolution.reason));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('says of every step in words what was compared', () => {
    const environment = openEnvironment(
      [
        segmentItem('staff'),
        flagItem('payments'),
        flagItem('flag', {
          prerequisites: [{ flag: 'payments', variations: ['on'] }],
          targets: [{ variation: 0, contextKind: 'org', keys: ['acme'] }],
          rules: [
            {
              id: 'r1',
              clauses: [{ attribute: '', operator: 'in-segment', values: ['staff'] }],
              serve: { variation: 0 },
            },
            { id: 'r2', clauses: [{ attribute: 'age', operator: 'at-least', values: [18] }], serve: { variation: 0 } },
            {
              id: 'r3',
              clauses: [
                { attribute: 'country', operator: 'in', values: ['FR', 'DE'] },
                { attribute: 'plan', operator: 'in', values: ['free'], negate: true },
                { attribute: 'plan', operator: 'exists', values: [] },
              ],
              serve: {
                split: {
                  ranges: [
                    [10_000, 0],
                    [100_000, 1],
                  ],
                },
              },
            },
          ],
        }),
      ],
      {},
    );
    const bucket = bucketOf(seedOf('flag'), 'user-1');
    expect(inWords(explain(environment, 'flag', aContext({ plan: 'pro' }), false).steps)).toEqual([
      { step: 'on', matched: true, why: 'on' },
      { step: 'prerequisite payments', matched: true, why: '\'payments\' serves "on"' },
      { step: 'target', matched: false, why: 'no org key among 1 named: no' },
      { step: 'rule r1', matched: false, why: 'is in segment "staff": no' },
      { step: 'rule r2', matched: false, why: 'age is missing: no' },
      {
        step: 'rule r3',
        matched: true,
        why: `country "DE" is one of "FR", "DE": yes; plan "pro" is not one of "free": yes; plan exists: yes; bucket ${bucket} of 100000 by user, gets 'off'`,
      },
    ]);
  });

  test('says that a prerequisite is off', () => {
    const environment = openEnvironment(
      [
        flagItem('payments', { killed: true }),
        flagItem('flag', { prerequisites: [{ flag: 'payments', variations: ['on'] }] }),
      ],
      {},
    );
    expect(explain(environment, 'flag', aContext(), false).steps.at(-1)).toMatchObject({
      step: 'prerequisite payments',
      matched: false,
      why: '\'payments\' is killed, needed is "on"',
    });
  });

  test('ends with the error where there is one', () => {
    expect(explain(openEnvironment([], {}), 'gone', null, false).steps).toEqual([
      { kind: 'error', step: 'error', matched: false, evaluated: true, why: "there is no flag 'gone'" },
    ]);
  });

  test('names what is missing, the first values of a list, and the range that holds the bucket', () => {
    const countries = ['RO', 'DE', 'AT', 'FR', 'IT', 'ES', 'PT'];
    const environment = openEnvironment(
      [
        flagItem('flag', {
          rules: [
            {
              id: 'a',
              clauses: [{ attribute: '/address/country', operator: 'in', values: countries }],
              serve: { variation: 0 },
            },
            {
              id: 'b',
              clauses: [{ kind: 'org', attribute: 'plan', operator: 'in', values: ['pro'], negate: true }],
              serve: {
                split: {
                  ranges: [
                    [1, 0],
                    [100_000, 1],
                  ],
                  by: { contextKind: 'org', attribute: 'number' },
                  salt: 'layer',
                },
              },
            },
            { id: 'c', clauses: [], serve: { variation: 0 } },
          ],
        }),
      ],
      {},
    );
    const context = { user: { key: 'u' }, org: { key: 'o', plan: 'free', number: 7 } };
    const bucket = bucketOf(seedOf('layer'), '7');
    expect(explain(environment, 'flag', context, null).steps.slice(1)).toMatchObject([
      {
        kind: 'rule',
        ruleId: 'a',
        ruleIndex: 0,
        matched: false,
        variation: null,
        clauses: [
          { kind: 'user', missing: true, found: null, values: countries.slice(0, 5), total: 7, matched: false },
        ],
      },
      {
        ruleId: 'b',
        matched: true,
        variation: 'off',
        clauses: [{ kind: 'org', negate: true, missing: false, found: '"free"', matched: true }],
        rollout: { bucket, contextKind: 'org', attribute: 'number', salt: 'layer', from: 1, to: 100_000 },
      },
      { ruleId: 'c', ruleIndex: 2, matched: false, evaluated: false, clauses: [], variation: null },
    ]);
    expect(explain(environment, 'flag', { org: { plan: 'free' } }, null).steps[2]).toMatchObject({
      ruleId: 'b',
      rollout: null,
    });
  });

  test('says by which list or rule somebody belongs to a segment, also within another', () => {
    const share = { id: 'half', clauses: [], share: 50_000 };
    const environment = openEnvironment(
      [
        segmentItem('named', {
          included: [{ contextKind: 'user', keys: ['ana'] }],
          excluded: [{ contextKind: 'user', keys: ['radu'] }],
          rules: [share],
        }),
        segmentItem('outer', { rules: [{ id: 'within', clauses: [inSegment('named')] }] }),
        flagItem('flag', { rules: [{ id: 'r', clauses: [inSegment('outer')], serve: { variation: 0 } }] }),
      ],
      {},
    );
    const within = (key: string) => {
      const [step] = explain(environment, 'flag', { key }, null).steps.filter(({ kind }) => kind === 'rule');
      const [outer] = step?.kind === 'rule' ? (step.clauses[0]?.segments ?? []) : [];
      return { outer, inner: outer?.rules[0]?.clauses[0]?.segments[0] };
    };
    expect(within('ana')).toMatchObject({
      outer: { segment: 'outer', member: true, by: { ruleId: 'within' } },
      inner: {
        segment: 'named',
        member: true,
        by: { list: 'included', contextKind: 'user' },
        why: 'user "ana" is included by name',
      },
    });
    expect(within('radu')).toMatchObject({
      outer: { member: false, by: null },
      inner: { member: false, by: { list: 'excluded' } },
    });
    const bucket = bucketOf(seedOf('named'), 'eve');
    const [from, to] = bucket < 50_000 ? [0, 50_000] : [50_000, 100_000];
    expect(within('eve').inner).toMatchObject({
      member: bucket < 50_000,
      rules: [{ ruleId: 'half', rollout: { bucket, salt: 'named', from, to } }],
    });
  });

  test('tells what is referred to once, however often that is', () => {
    const needing = (...flags: string[]) => ({ prerequisites: flags.map((flag) => ({ flag, variations: ['on'] })) });
    const layers = Array.from({ length: 12 }, (_, layer) => [
      flagItem(`a${layer}`, layer === 0 ? {} : needing(`a${layer - 1}`, `b${layer - 1}`)),
      flagItem(`b${layer}`, layer === 0 ? {} : needing(`a${layer - 1}`, `b${layer - 1}`)),
    ]).flat();
    const count = (steps: readonly ExplainedStep[]): number =>
      steps.reduce((sum, step) => sum + 1 + (step.kind === 'prerequisite' ? count(step.steps) : 0), 0);
    expect(count(explain(openEnvironment(layers, {}), 'a11', { key: 'u' }, null).steps)).toBeLessThan(50);
  });
});
