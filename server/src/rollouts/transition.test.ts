import { applyToConfig } from '@glidepath/core/change';
import { aConfig, aFlag } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { instructionsOf } from './driven.ts';
import type { Stage } from './plan.ts';
import { progressOf, type Rollout, type RolloutState } from './rollout.ts';
import { type Command, carriedOut, commanded, rolledBack } from './transition.ts';
import { aProgress, aRollout, aRunning } from './world.contract.ts';

const NOW = 5_000;
const FREE = { stopped: null, harm: null, freeze: null };
const cause = { kind: 'gate', reason: 'errors: fail' } as const;

const STATES: Readonly<Record<RolloutState['kind'], RolloutState>> = {
  waiting: { kind: 'waiting', begunBy: null },
  running: { kind: 'running', progress: aProgress() },
  paused: { kind: 'paused', progress: aProgress(), cause },
  holding: { kind: 'holding', progress: aProgress(), cause },
  'awaiting-approval': { kind: 'awaiting-approval', progress: aProgress() },
  'rolling-back': { kind: 'rolling-back', stage: 0, cause },
  'rolled-back': { kind: 'rolled-back', at: 0, cause },
  completed: { kind: 'completed', at: 0 },
  aborted: { kind: 'aborted', at: 0, stage: 0, cause },
};
const KINDS = Object.keys(STATES) as RolloutState['kind'][];

const inState = (kind: RolloutState['kind']): Rollout => ({ ...aRollout(), state: STATES[kind] });

function afterwards(rollout: Rollout, command: Command, barriers: Parameters<typeof commanded>[3] = FREE) {
  const answer = commanded(rollout, command, 'ana', barriers, NOW);
  return answer.kind === 'done' ? answer.rollout.state.kind : 'refused';
}

describe('what a person asks', () => {
  const IN_FORCE = ['running', 'paused', 'holding', 'awaiting-approval'] as const;
  const everywhere = (to: string) => Object.fromEntries(IN_FORCE.map((kind) => [kind, to]));

  test.for<[command: Command, to: Partial<Record<string, string>>]>([
    [{ kind: 'begin' }, { waiting: 'waiting' }],
    [{ kind: 'pause', reason: '' }, everywhere('paused')],
    [{ kind: 'resume' }, { paused: 'running' }],
    [{ kind: 'advance' }, { waiting: 'running', ...everywhere('running') }],
    [{ kind: 'approve' }, { 'awaiting-approval': 'running' }],
    // Nothing is in force yet: there is nothing to restore.
    [
      { kind: 'roll-back', reason: '' },
      { waiting: 'aborted', ...everywhere('rolling-back') },
    ],
    [
      { kind: 'abort', reason: '' },
      { waiting: 'aborted', ...everywhere('aborted') },
    ],
  ])('%o leads from each state where it may, and is refused elsewhere', ([command, to]) => {
    const reached = Object.fromEntries(KINDS.map((kind) => [kind, afterwards(inState(kind), command)]));
    expect(reached).toEqual({ ...Object.fromEntries(KINDS.map((kind) => [kind, 'refused'])), ...to });
  });

  test.for([
    { ...FREE, harm: 'errors: fail' },
    { ...FREE, freeze: 'Fridays' },
  ])('cannot advance where %o', (barriers) => {
    expect(afterwards(aRunning(), { kind: 'advance' }, barriers)).toBe('refused');
    expect(afterwards(inState('waiting'), { kind: 'advance' }, barriers)).toBe('refused');
    expect(afterwards(aRunning(), { kind: 'roll-back', reason: '' }, barriers)).toBe('rolling-back');
  });

  test('never writes over what somebody did to the flag', () => {
    const barriers = { ...FREE, stopped: 'ben edited the split' };
    for (const kind of ['begin', 'advance', 'resume', 'approve'] as const)
      for (const state of KINDS) expect(afterwards(inState(state), { kind }, barriers)).toBe('refused');
    expect(afterwards(aRunning(), { kind: 'roll-back', reason: '' }, barriers)).toBe('refused');
    expect(afterwards(aRunning(), { kind: 'abort', reason: '' }, barriers)).toBe('aborted');
  });

  test('is remembered with who asked', () => {
    expect(commanded(inState('waiting'), { kind: 'begin' }, 'ana', FREE, NOW)).toMatchObject({
      rollout: { state: { kind: 'waiting', begunBy: 'ana' } },
    });
    expect(commanded(inState('awaiting-approval'), { kind: 'approve' }, 'ana', FREE, NOW)).toMatchObject({
      rollout: { state: { kind: 'running', progress: { approvedBy: 'ana' } } },
    });
  });

  test('is kept as the cause', () => {
    const answer = commanded(aRunning(), { kind: 'pause', reason: 'looks odd' }, 'ana', FREE, NOW);
    expect(answer).toMatchObject({ rollout: { state: { cause: { kind: 'person', reason: 'ana: looks odd' } } } });
  });

  test('ticks lines of the stage’s checklist, and no others', () => {
    const stages: readonly Stage[] = [{ kind: 'percent', percent: 100, bakeMinutes: 1, checklist: ['a', 'b'] }];
    let rollout = aRunning({}, { stages });
    for (const command of [
      { kind: 'check', line: 'a' },
      { kind: 'check', line: 'b' },
      { kind: 'check', line: 'b' },
      { kind: 'uncheck', line: 'a' },
    ] as const) {
      const answer = commanded(rollout, command, 'ana', FREE, NOW);
      if (answer.kind === 'done') rollout = answer.rollout;
    }
    expect(progressOf(rollout.state)?.checked).toEqual(['b']);
    expect(afterwards(rollout, { kind: 'check', line: 'c' })).toBe('refused');
  });
});

describe('a decision', () => {
  test('begins each stage with nothing baked, ticked or approved', () => {
    const late = aRunning({ bakedMs: 9, silentMs: { errors: 3 }, checked: ['a'], approvedBy: 'ana' });
    expect(carriedOut(late, { kind: 'advance' }, NOW).state).toEqual({
      kind: 'running',
      progress: aProgress({ stage: 1, since: NOW, countedAt: NOW }),
    });
  });

  test.for(['completed', 'rolled-back', 'aborted'] as const)('changes nothing once a rollout is %s', (kind) => {
    const over = inState(kind);
    for (const decision of [{ kind: 'advance' }, { kind: 'roll-back', cause }, { kind: 'abort', cause }] as const)
      expect(carriedOut(over, decision, NOW)).toBe(over);
  });

  test('to wait takes up what held, and leaves what is paused', () => {
    const wait = { kind: 'wait', until: NOW + 1 } as const;
    expect(carriedOut(inState('holding'), wait, NOW).state.kind).toBe('running');
    expect(carriedOut(inState('awaiting-approval'), wait, NOW).state.kind).toBe('running');
    expect(carriedOut(inState('paused'), wait, NOW).state.kind).toBe('paused');
  });

  test.for(['holding', 'awaiting-approval'] as const)('to wait for data that are late is no end of %s', (kind) => {
    const rollout = inState(kind);
    expect(carriedOut(rollout, { kind: 'wait', until: null }, NOW)).toBe(rollout);
  });

  test('to complete is over at once', () => {
    const completed = carriedOut(aRunning({ stage: 1 }), { kind: 'complete' }, NOW).state;
    expect(completed).toEqual({ kind: 'completed', at: NOW });
  });

  test.for(['running', 'holding', 'awaiting-approval', 'paused'] as const)('to hold tells why, while %s', (kind) => {
    const freeze = { kind: 'freeze', reason: 'Fridays' } as const;
    expect(carriedOut(inState(kind), { kind: 'hold', cause: freeze }, NOW).state).toMatchObject({
      kind: 'holding',
      cause: freeze,
    });
  });

  test('to hold keeps what waits waiting', () => {
    const waiting = inState('waiting');
    expect(carriedOut(waiting, { kind: 'hold', cause }, NOW)).toBe(waiting);
  });

  test('to go back is over only once what was before is restored', () => {
    const goingBack = carriedOut(aRunning(), { kind: 'roll-back', cause }, NOW);
    expect(goingBack.state).toEqual({ kind: 'rolling-back', stage: 0, cause });
    expect(rolledBack(goingBack, NOW).state).toEqual({ kind: 'rolled-back', at: NOW, cause });
    for (const kind of KINDS.filter((one) => one !== 'rolling-back'))
      expect(rolledBack(inState(kind), NOW)).toEqual(inState(kind));
  });
});

describe('a stage for a segment', () => {
  const stages: readonly Stage[] = [
    { kind: 'segment', segment: 'staff', bakeMinutes: 1 },
    { kind: 'segment', segment: 'friends', bakeMinutes: 1 },
    { kind: 'percent', percent: 100, bakeMinutes: 1 },
  ];
  const facts = { now: 0, actor: 'rollout:r1', origin: 'rollout', newId: () => 'new' } as const;

  function configs(rollouts: readonly Rollout[]) {
    let config = aConfig({ fallthrough: { variation: 'off' } });
    return rollouts.map((rollout) => {
      const result = applyToConfig(aFlag(), config, instructionsOf(rollout, aFlag(), config), facts);
      if (result.kind === 'applied') config = result.document;
      return {
        weight: 'split' in config.fallthrough ? config.fallthrough.split.weights['on'] : null,
        rules: config.rules,
      };
    });
  }

  test('puts one rule on top, which goes when everybody has the variation for good', () => {
    const at = (stage: number) => aRunning({ stage }, { stages });
    const rule = (...values: string[]) => [
      {
        id: 'rollout:r1',
        name: 'Released first',
        clauses: [{ attribute: '', operator: 'in-segment', values }],
        serve: { variation: 'on' },
      },
    ];
    expect(configs([at(0), at(1), at(2), { ...at(2), state: { kind: 'completed', at: NOW } }])).toEqual([
      { weight: 0, rules: rule('staff') },
      { weight: 0, rules: rule('staff', 'friends') },
      { weight: 100_000, rules: rule('staff', 'friends') },
      { weight: 100_000, rules: [] },
    ]);
  });
});
