import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import { bucketOf, seedOf } from '../evaluate/bucket.ts';
import type { EvaluationReason } from '../model/resolution.ts';
import { aContext, arbitraryContext, arbitraryItems, flagItem, segmentItem } from '../testing/index.ts';
import { type ExplainedStep, explain } from './explain.ts';

/** What the steps alone say about the reason. */
function decidedBy(steps: readonly ExplainedStep[]): string {
  const last = steps.at(-1);
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

describe('an explanation', () => {
  test('never disagrees with the evaluation', () => {
    fc.assert(
      fc.property(arbitraryItems, arbitraryContext, (items, context) => {
        const environment = openEnvironment(items, {});
        for (const key of environment.flags.keys()) {
          const { resolution, steps } = explain(environment, key, context, null);
          expect(resolution).toEqual(environment.evaluate(key, context, null));
          expect(decidedBy(steps)).toBe(named(resolution.reason));
          for (const { step, matched } of steps.slice(0, -1))
            expect([step, matched]).toEqual([step, step === 'on' || step.startsWith('prerequisite')]);
        }
      }),
      { numRuns: 300 },
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

  test('says of every step what was compared', () => {
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
    expect(explain(environment, 'flag', aContext({ plan: 'pro' }), false).steps).toEqual([
      { step: 'on', matched: true, why: 'on' },
      { step: 'prerequisite payments', matched: true, why: '\'payments\' serves "on"' },
      { step: 'target', matched: false, why: 'no org key among 1 named: no' },
      { step: 'rule r1', matched: false, why: 'is in segment "staff": no' },
      { step: 'rule r2', matched: false, why: 'age is missing: no' },
      {
        step: 'rule r3',
        matched: true,
        why: `country "DE" is one of "FR", "DE": yes; plan "pro" not is one of "free": yes; plan exists: yes; bucket ${bucket} of 100000 by user, gets 'off'`,
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
    expect(explain(environment, 'flag', aContext(), false).steps.at(-1)).toEqual({
      step: 'prerequisite payments',
      matched: false,
      why: '\'payments\' is killed, needed is "on"',
    });
  });

  test('ends with the error where there is one', () => {
    expect(explain(openEnvironment([], {}), 'gone', null, false).steps).toEqual([
      { step: 'error', matched: false, why: "there is no flag 'gone'" },
    ]);
  });
});
