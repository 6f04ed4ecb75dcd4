import { describe, expect, test } from 'vitest';
import type { GateBase, Verdict } from '../gates/gate.ts';
import { type Decision, decide, type Facts } from './decide.ts';
import type { ReleasePlan, Stage } from './plan.ts';
import type { Progress, Rollout, RolloutState } from './rollout.ts';
import { aGate, aPlan, aProgress, aRollout, aRunning, aVerdict, CALM, MINUTE } from './world.contract.ts';

const NOW = 60 * MINUTE;
const BAKED: Partial<Progress> = { bakedMs: 10 * MINUTE, countedAt: NOW };

/** A stage that has all behind it, until something is taken away. */
interface Situation {
  readonly progress: Partial<Progress>;
  readonly stage: Partial<Stage>;
  readonly facts: Partial<Facts>;
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

const READY: Situation = {
  progress: { ...BAKED, checked: ['support informed'], approvedBy: 'ana' },
  stage: { approval: 'manual', checklist: ['support informed'] },
  facts: {},
  verdicts: {
    errors: aVerdict('pass', NOW, 'errors'),
    latency: aVerdict('pass', NOW, 'latency'),
    sales: aVerdict('pass', NOW, 'sales'),
  },
};

function decisionIn({ progress, stage, facts, verdicts }: Situation): Decision {
  const [first, last] = aPlan().stages as [Stage, Stage];
  const rollout = aRunning(progress, {
    stages: [{ ...first, ...stage } as Stage, last],
    gates: [aGate(), aGate({ id: 'latency' }), aGate({ id: 'sales', role: 'signal' })],
  });
  return decide(rollout, Object.values(verdicts), { ...CALM, ...facts }, NOW);
}

const withFacts = (facts: Partial<Facts>) => (from: Situation) => ({ ...from, facts: { ...from.facts, ...facts } });
const withProgress = (progress: Partial<Progress>) => (from: Situation) => ({
  ...from,
  progress: { ...from.progress, ...progress },
});
const withVerdict = (verdict: Verdict) => (from: Situation) => ({
  ...from,
  verdicts: { ...from.verdicts, [verdict.gate]: verdict },
});

/** What stands in the way, from the rule that is asked first to the one that is asked last. */
const ORDER: readonly [rule: string, hinder: (from: Situation) => Situation, decision: object][] = [
  [
    'stopped by a person or a kill',
    withFacts({ stopped: { kind: 'kill', reason: 'ana: fire' } }),
    { kind: 'abort', cause: { kind: 'kill', reason: 'ana: fire' } },
  ],
  [
    'a failing guardrail',
    withVerdict(aVerdict('fail', NOW, 'errors', 3)),
    { kind: 'roll-back', cause: { kind: 'gate', reason: 'errors: fail' } },
  ],
  [
    'trust in the measurement',
    withFacts({ mismatch: 'arms differ' }),
    { kind: 'pause', cause: { kind: 'sample-ratio', reason: 'arms differ' } },
  ],
  ['bake time', withProgress({ bakedMs: 4 * MINUTE }), { kind: 'wait', until: NOW + 6 * MINUTE }],
  [
    'no-data policy',
    (from) => withVerdict(aVerdict('no-data', NOW, 'latency'))(withProgress({ silentMs: { latency: 30_000 } })(from)),
    { kind: 'hold', cause: { kind: 'no-data', reason: 'latency: no-data' } },
  ],
  [
    'minimum sample',
    withVerdict(aVerdict('pass', NOW, 'errors', 499)),
    { kind: 'hold', cause: { kind: 'samples', reason: 'errors: fewer than 500 executions in an arm' } },
  ],
  ['signals', withVerdict(aVerdict('fail', NOW, 'sales')), { kind: 'pause', cause: { kind: 'signal' } }],
  ['freeze', withFacts({ freeze: 'Fridays' }), { kind: 'hold', cause: { kind: 'freeze', reason: 'Fridays' } }],
  [
    'incidents',
    withFacts({ incidents: ['payments are down'] }),
    { kind: 'hold', cause: { kind: 'incident', reason: 'payments are down' } },
  ],
  [
    'checklist',
    withProgress({ checked: [] }),
    { kind: 'hold', cause: { kind: 'checklist', reason: 'support informed' } },
  ],
  ['approval', withProgress({ approvedBy: null }), { kind: 'hold', cause: { kind: 'approval' } }],
];

/** While data are missing the bake stands still: there is nothing to wait for, so the next rule answers. */
const isHindered = (rule: string, at: string) => !(at === 'bake time' && rule === 'no-data policy');

describe('the rules of a stage', () => {
  test.for(ORDER)('%s decides alone', ([, hinder, decision]) => {
    expect(decisionIn(hinder(READY))).toMatchObject(decision);
  });

  test.for(ORDER.map(([rule, , decision], i) => [rule, decision, i] as const))(
    '%s comes before all that follow',
    ([at, decision, i]) => {
      // The first of them is hindered last: two rules may look at the same verdict.
      const hindered = ORDER.slice(i)
        .filter(([rule]) => isHindered(rule, at))
        .reduceRight((from, [, hinder]) => hinder(from), READY);
      expect(decisionIn(hindered)).toMatchObject(decision);
    },
  );

  test('advance when nothing is in the way', () => {
    expect(decisionIn(READY)).toEqual({ kind: 'advance' });
  });
});

describe('the last stage', () => {
  const verdicts = [aVerdict('pass', NOW)];

  test('bakes too', () => {
    expect(decide(aRunning({ stage: 1, countedAt: NOW }), verdicts, CALM, NOW)).toEqual({
      kind: 'wait',
      until: NOW + 10 * MINUTE,
    });
  });

  test('rolls back too', () => {
    const failing = [aVerdict('fail', NOW)];
    expect(decide(aRunning({ stage: 1, ...BAKED }), failing, CALM, NOW).kind).toBe('roll-back');
  });

  test('is completed during a freeze and an incident: nobody new is reached', () => {
    const facts = { ...CALM, freeze: 'Fridays', incidents: ['payments are down'] };
    expect(decide(aRunning({ stage: 1, ...BAKED }), verdicts, facts, NOW)).toEqual({ kind: 'complete' });
  });
});

describe('a failing guardrail', () => {
  const cause = { kind: 'no-data', reason: 'errors: no-data' } as const;
  const states: readonly RolloutState[] = [
    { kind: 'running', progress: aProgress() },
    { kind: 'paused', progress: aProgress(), cause },
    { kind: 'awaiting-approval', progress: aProgress() },
    { kind: 'holding', progress: aProgress(), cause },
    { kind: 'rolling-back', stage: 0, cause },
  ];

  test.for(states.map((state) => [state.kind, state] as const))('rolls back while %s', ([, state]) => {
    const facts = { ...CALM, freeze: 'Fridays', mismatch: 'arms differ' };
    expect(decide({ ...aRollout(), state }, [aVerdict('fail', NOW)], facts, NOW).kind).toBe('roll-back');
  });

  test('pauses instead where the plan says so, and leaves what is paused alone', () => {
    const plan = { onFailure: 'pause' } as const;
    const running = aRunning(BAKED, plan);
    expect(decide(running, [aVerdict('fail', NOW)], CALM, NOW)).toMatchObject({
      kind: 'pause',
      cause: { kind: 'gate' },
    });
    const paused: Rollout = { ...running, state: { kind: 'paused', progress: aProgress(), cause } };
    expect(decide(paused, [aVerdict('fail', NOW)], CALM, NOW)).toEqual({ kind: 'wait', until: null });
  });

  test('counts from an earlier stage, where praise does not', () => {
    const late = aRunning({ ...BAKED, since: NOW - 1_000 });
    expect(decide(late, [aVerdict('fail', NOW - 2_000)], CALM, NOW).kind).toBe('roll-back');
    expect(decide(late, [aVerdict('pass', NOW - 2_000)], CALM, NOW)).toEqual({ kind: 'wait', until: null });
  });

  test('in a dry run does nothing', () => {
    const plan = { gates: [aGate({ role: 'dry-run' })] };
    expect(decide(aRunning(BAKED, plan), [aVerdict('fail', NOW)], CALM, NOW)).toEqual({ kind: 'advance' });
  });
});

describe('missing data', () => {
  const WINDOW = 10 * MINUTE;

  test.for<[title: string, verdicts: Verdict[], cause: string]>([
    ['no verdict at all', [], 'no-data'],
    ['a verdict of 31 s ago', [aVerdict('pass', NOW - 30_001)], 'no-data'],
    ['harm of 31 s ago', [aVerdict('fail', NOW - 30_001)], 'no-data'],
    ['a verdict from the future', [aVerdict('pass', NOW + 3_600_000)], 'no-data'],
    ['a source that cannot be asked', [aVerdict('provider-error', NOW)], 'provider-error'],
  ])('%s holds', ([, verdicts, cause]) => {
    const silent = { ...BAKED, silentMs: { errors: 30_000 } };
    expect(decide(aRunning(silent), verdicts, CALM, NOW)).toMatchObject({ kind: 'hold', cause: { kind: cause } });
    const baking = aRunning({ ...silent, bakedMs: 0 });
    expect(decide(baking, verdicts, CALM, NOW)).toMatchObject({ kind: 'hold', cause: { kind: cause } });
  });

  test('that may only be late keep it where it is, without a word to anybody', () => {
    const late = aRunning({ ...BAKED, silentMs: { errors: 29_999 } });
    for (const verdicts of [[], [aVerdict('no-data', NOW)]])
      expect(decide(late, verdicts, CALM, NOW)).toEqual({ kind: 'wait', until: null });
    const waited = { ...late, state: { ...late.state, kind: 'awaiting-approval' } } as Rollout;
    expect(decide(waited, [], CALM, NOW)).toEqual({ kind: 'wait', until: null });
  });

  test('of 30 s ago are no missing data', () => {
    expect(decide(aRunning(BAKED), [aVerdict('pass', NOW - 30_000)], CALM, NOW)).toEqual({ kind: 'advance' });
  });

  test.for<[onNoData: GateBase['onNoData'], silentMs: number, decision: Decision['kind']]>([
    ['hold', WINDOW, 'hold'],
    ['pause', WINDOW - 1, 'hold'],
    ['pause', WINDOW, 'pause'],
    ['roll-back', WINDOW - 1, 'hold'],
    ['roll-back', WINDOW, 'roll-back'],
  ])('with the policy %s and after %i ms of silence: %s… %s', ([onNoData, silentMs, decision]) => {
    const rollout = aRunning({ ...BAKED, silentMs: { errors: silentMs } }, { gates: [aGate({ onNoData })] });
    expect(decide(rollout, [], CALM, NOW).kind).toBe(decision);
  });

  test('of a signal that ignores them are no hindrance', () => {
    const plan: Partial<ReleasePlan> = { gates: [aGate({ role: 'signal', onNoData: 'ignore' })] };
    expect(decide(aRunning(BAKED, plan), [], CALM, NOW)).toEqual({ kind: 'advance' });
    expect(decide(aRunning(BAKED, plan), [aVerdict('inconclusive', NOW)], CALM, NOW)).toEqual({ kind: 'advance' });
    const fresh = aRunning({ countedAt: NOW }, plan);
    expect(decide(fresh, [], CALM, NOW)).toEqual({ kind: 'wait', until: NOW + 10 * MINUTE });
  });

  test.for<[first: GateBase['onNoData'], second: GateBase['onNoData'], decision: Decision['kind']]>([
    ['hold', 'roll-back', 'roll-back'],
    ['hold', 'pause', 'pause'],
    ['pause', 'roll-back', 'roll-back'],
  ])('of two gates, with the policies %s and %s: %s', ([first, second, decision]) => {
    const gates = [aGate({ onNoData: first }), aGate({ id: 'latency', onNoData: second })];
    const silent = { ...BAKED, silentMs: { errors: WINDOW, latency: WINDOW } };
    expect(decide(aRunning(silent, { gates }), [], CALM, NOW).kind).toBe(decision);
  });

  test('never roll back because the source cannot be asked', () => {
    const rollout = aRunning({ ...BAKED, silentMs: { errors: WINDOW } }, { gates: [aGate({ onNoData: 'roll-back' })] });
    expect(decide(rollout, [aVerdict('provider-error', NOW)], CALM, NOW).kind).toBe('hold');
  });
});

describe('the minimum sample', () => {
  test.for<[released: number, control: number | null, decision: Decision['kind']]>([
    [500, 500, 'advance'],
    [499, 500, 'hold'],
    [500, 499, 'hold'],
    [500, null, 'advance'],
    [499, null, 'hold'],
  ])('with %s executions of the released variation and %s of the control: %s', ([released, control, decision]) => {
    const verdict = aVerdict('pass', NOW);
    const figures = { ...verdict.figures, samples: { released, control } };
    expect(decide(aRunning(BAKED), [{ ...verdict, figures }], CALM, NOW).kind).toBe(decision);
  });

  test('is not reached while the gate says that it cannot tell yet', () => {
    expect(decide(aRunning(BAKED), [aVerdict('inconclusive', NOW)], CALM, NOW)).toEqual({
      kind: 'hold',
      cause: { kind: 'samples', reason: 'errors: inconclusive' },
    });
  });

  test('is nothing to a gate that counts no executions', () => {
    const verdict = aVerdict('pass', NOW);
    const figures = { ...verdict.figures, samples: null };
    expect(decide(aRunning(BAKED), [{ ...verdict, figures }], CALM, NOW)).toEqual({ kind: 'advance' });
  });
});

test('a rollout that is paused goes on by nobody but a person', () => {
  const cause = { kind: 'person', reason: 'ana' } as const;
  const paused: Rollout = { ...aRollout(), state: { kind: 'paused', progress: aProgress(BAKED), cause } };
  expect(decide(paused, [aVerdict('pass', NOW)], CALM, NOW)).toEqual({ kind: 'wait', until: null });
  expect(decide(paused, [], CALM, NOW)).toEqual({ kind: 'wait', until: null });
});

describe('a rollout that waits', () => {
  const begun: Rollout = { ...aRollout(), state: { kind: 'waiting', begunBy: 'ana' } };
  const deploy = {
    start: { kind: 'deploy', service: 'shop', minVersion: '1.2.0', coverage: 100, delayMinutes: 5 },
  } as const;

  test.for<[title: string, rollout: Rollout, facts: Partial<Facts>, decision: object]>([
    ['waits for a person', aRollout(), {}, { kind: 'wait', until: null }],
    ['starts when a person begins it', begun, {}, { kind: 'advance' }],
    ['waits for its time', aRollout({ start: { kind: 'at', at: NOW + 1 } }), {}, { kind: 'wait', until: NOW + 1 }],
    ['starts at its time', aRollout({ start: { kind: 'at', at: NOW } }), {}, { kind: 'advance' }],
    ['waits for the deploy', aRollout(deploy), {}, { kind: 'wait', until: null }],
    [
      'waits for the delay after the deploy',
      aRollout(deploy),
      { coveredSince: NOW - 4 * MINUTE },
      { kind: 'wait', until: NOW + MINUTE },
    ],
    ['starts after the delay', aRollout(deploy), { coveredSince: NOW - 5 * MINUTE }, { kind: 'advance' }],
    [
      'holds for what it requires',
      begun,
      { unmet: ['api'] },
      { kind: 'hold', cause: { kind: 'requires', reason: 'api' } },
    ],
    ['holds in a freeze', begun, { freeze: 'Fridays' }, { kind: 'hold', cause: { kind: 'freeze' } }],
    ['holds in an incident', begun, { incidents: ['fire'] }, { kind: 'hold', cause: { kind: 'incident' } }],
    [
      'is stopped by a kill',
      begun,
      { stopped: { kind: 'kill', reason: 'ana' } },
      { kind: 'abort', cause: { kind: 'kill' } },
    ],
  ])('%s', ([, rollout, facts, decision]) => {
    expect(decide(rollout, [], { ...CALM, ...facts }, NOW)).toMatchObject(decision);
  });

  test('does not start while a guardrail fails', () => {
    expect(decide(begun, [aVerdict('fail', NOW)], CALM, NOW)).toMatchObject({ kind: 'hold', cause: { kind: 'gate' } });
  });
});

describe('a rollout on its way back', () => {
  const cause = { kind: 'gate', reason: 'errors' } as const;
  const goingBack: Rollout = { ...aRollout(), state: { kind: 'rolling-back', stage: 0, cause } };

  test('goes on under a kill, which it leaves alone', () => {
    const facts: Facts = { ...CALM, stopped: { kind: 'kill', reason: 'ana' } };
    expect(decide(goingBack, [], facts, NOW)).toEqual({ kind: 'roll-back', cause });
  });

  test('never overwrites a split of somebody’s own', () => {
    const facts: Facts = { ...CALM, stopped: { kind: 'edit', reason: 'ana' } };
    expect(decide(goingBack, [], facts, NOW).kind).toBe('abort');
  });
});
