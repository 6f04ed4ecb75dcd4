import type { RolloutView } from '@glidepath/server/api-types';
import { describe, expect, test } from 'vitest';
import { labelOf } from './rollout-actions.tsx';
import { aLatencyGate, anErrorGate, aRollout, aVerdict, iso, NOW } from './rollout-fixture.ts';
import { bakeOf, groupOf, skippedBy, VERBS } from './rollout-state.ts';
import { furthestOf, stageStates } from './stages.ts';

const person = { kind: 'person', reason: 'Radu: looks odd' } as const;
const gate = { kind: 'gate', reason: 'errors: 4 %' } as const;
const { plan, progress } = aRollout();
const planOfDeploy = {
  ...plan,
  start: { kind: 'deploy', service: 'shop', minVersion: '4.2.0', coverage: 100, delayMinutes: 0 },
} as const;

test.for<[group: string, Partial<RolloutView>]>([
  ['decide', { state: 'awaiting-approval' }],
  ['decide', { state: 'waiting' }],
  ['decide', { state: 'holding', cause: { kind: 'checklist', reason: 'support informed' } }],
  ['decide', { state: 'paused', cause: gate }],
  ['running', { state: 'waiting', plan: planOfDeploy }],
  ['running', { state: 'running' }],
  ['running', { state: 'holding', cause: { kind: 'no-data', reason: 'errors' } }],
  ['running', { state: 'rolling-back', cause: gate }],
  ['paused', { state: 'paused', cause: person }],
  ['finished', { state: 'completed' }],
  ['finished', { state: 'rolled-back', cause: gate }],
  ['finished', { state: 'aborted', cause: person }],
])('belongs to the group “%s”: %o', ([group, rollout]) => {
  expect(groupOf(aRollout(rollout))).toBe(group);
});

describe('the buttons of a rollout', () => {
  const labels = (rollout: RolloutView) => VERBS[rollout.state].map((verb) => labelOf(verb, rollout));

  test.for<[Partial<RolloutView>, labels: string[]]>([
    [{}, ['Hold at 10 %', 'Advance to 100 % now…', 'Roll back: as before the rollout', 'Stop and keep 10 %…']],
    [
      { state: 'paused' },
      ['Go on from 10 %', 'Advance to 100 % now…', 'Roll back: as before the rollout', 'Stop and keep 10 %…'],
    ],
    [{ state: 'waiting', stage: null, percent: 0, progress: null }, ['Begin with 1 %…', 'Call it off…']],
    [
      { stage: 2, percent: 100 },
      ['Hold at 100 %', 'Complete now…', 'Roll back: as before the rollout', 'Stop and keep 100 %…'],
    ],
    [{ state: 'rolling-back' }, []],
    [{ state: 'completed' }, []],
  ])('say what they lead to: %o', ([rollout, expected]) => {
    expect(labels(aRollout(rollout))).toEqual(expected);
  });
});

describe('the bake time of the stage in force', () => {
  test('goes on from what was counted while there are data', () => {
    expect(bakeOf(aRollout(), NOW + 10_000)).toEqual({ bakedMs: (23 * 60 + 29) * 1_000, wholeMs: 1_800_000 });
  });

  test('stands still while it is not baking, and never exceeds the whole', () => {
    const stopped = aRollout({ progress: progress && { ...progress, isBaking: false } });
    expect(bakeOf(stopped, NOW + 10_000)?.bakedMs).toBe((23 * 60 + 19) * 1_000);
    expect(bakeOf(aRollout(), NOW + 3_600_000)?.bakedMs).toBe(1_800_000);
  });

  test('is none where no stage is in force', () => {
    expect(bakeOf(aRollout({ stage: null, progress: null }), NOW)).toBeNull();
  });
});

describe('what an advance by hand skips', () => {
  test('is nothing once the stage is baked, its gates pass and its lines are ticked', () => {
    expect(skippedBy(aRollout(), NOW + 1_800_000)).toEqual([]);
  });

  test('is the rest of the bake, every gate that does not pass, open lines and the approval', () => {
    const stages = plan.stages.with(1, {
      kind: 'percent',
      percent: 10,
      bakeMinutes: 30,
      checklist: ['support informed', 'dashboards looked at'],
      approval: 'manual',
    });
    const rollout = aRollout({
      plan: { ...plan, stages },
      gates: [anErrorGate(), aLatencyGate(aVerdict({ kind: 'no-data' })), anErrorGate(null)],
      progress: progress && { ...progress, checked: ['support informed'] },
    });
    expect(skippedBy(rollout, NOW)).toEqual([
      'the bake time: 23:19 of 30:00',
      'gate p95: no data',
      'gate errors: not asked yet',
      'checklist: dashboards looked at',
      'the approval of this stage',
    ]);
  });

  test('is not a gate that is only shown', () => {
    const view = anErrorGate(aVerdict({ kind: 'fail' }));
    const gates = [{ ...view, gate: { ...view.gate, role: 'dry-run' as const } }];
    expect(skippedBy(aRollout({ gates }), NOW + 1_800_000)).toEqual([]);
  });
});

test.for<[Partial<RolloutView>, states: string[]]>([
  [{}, ['done', 'current', 'coming']],
  [{ state: 'waiting', stage: null }, ['coming', 'coming', 'coming']],
  [{ state: 'completed', stage: null }, ['done', 'done', 'done']],
  [{ state: 'rolling-back' }, ['back', 'back', 'coming']],
  [
    {
      state: 'rolled-back',
      stage: null,
      evidence: {
        at: iso(NOW),
        cause: gate,
        stage: 0,
        percent: 1,
        verdicts: [],
        versions: [],
        affected: null,
        people: null,
      },
    },
    ['back', 'coming', 'coming'],
  ],
  [{ state: 'aborted' }, ['done', 'done', 'coming']],
])('the stages of %o are %o', ([rollout, states]) => {
  expect(stageStates(aRollout(rollout))).toEqual(states);
});

test('a rollout that a person took back shows how far it had come', () => {
  const record = { at: iso(NOW), from: '', to: '', percent: 0, cause: null, actor: '', changeId: null, version: null };
  const records = [null, 0, 1, null].map((stage, seq) => ({ ...record, seq, stage }));
  const rollout = aRollout({ state: 'rolled-back', stage: null });
  expect(furthestOf([])).toBe(-1);
  expect(stageStates(rollout, furthestOf(records))).toEqual(['back', 'back', 'coming']);
});
