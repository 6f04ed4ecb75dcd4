import type { RolloutView } from '@glidepath/server/api-types';
import { expect, test } from 'vitest';
import { aRollout } from './rollout-fixture.ts';
import { movingOf, needsOfRollouts } from './rollout-needs.tsx';

const plan = aRollout().plan;

test.for<[what: string, rollout: Partial<RolloutView>, verb: string | null]>([
  ['waits for an approval', { state: 'awaiting-approval' }, 'Approve'],
  ['waits to be begun', { state: 'waiting', plan: { ...plan, start: { kind: 'manual' } } }, 'Begin'],
  ['waits for its checklist', { state: 'holding', cause: { kind: 'checklist', reason: '1 line open' } }, 'Check'],
  ['paused by itself', { state: 'paused', cause: { kind: 'gate', reason: 'errors' } }, 'Decide'],
  ['was paused by somebody', { state: 'paused', cause: { kind: 'person', reason: 'Radu' } }, null],
  ['holds for data', { state: 'holding', cause: { kind: 'samples', reason: '212 of 500' } }, null],
  ['runs', {}, null],
])('a rollout that %s asks for %j', ([, overrides, verb]) => {
  const rollout = aRollout(overrides);
  expect(needsOfRollouts([rollout]).map((need) => need.verb)).toEqual(verb === null ? [] : [verb]);
  expect(movingOf([rollout])).toEqual(verb === null ? [rollout] : []);
});

test('a rollout that is over asks for nothing and does not move', () => {
  const rollouts = [aRollout({ state: 'completed' }), aRollout({ state: 'rolled-back' })];
  expect([needsOfRollouts(rollouts), movingOf(rollouts)]).toEqual([[], []]);
});
