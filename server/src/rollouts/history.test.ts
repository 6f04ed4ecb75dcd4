import { isDeepStrictEqual } from 'node:util';
import type { Flag, FlagConfig, Serve } from '@glidepath/core';
import { applyToConfig, type ConfigInstruction, flagBodyOf, withoutArms } from '@glidepath/core/change';
import { aConfig, aFlag, aRule } from '@glidepath/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../gates/gate.ts';
import { decide, type Facts, harmNow } from './decide.ts';
import { instructionsOf, isAsDriven, servedAt } from './driven.ts';
import { counted } from './evidence.ts';
import type { ReleasePlan } from './plan.ts';
import { exposureOf, isOver, type Rollout, type RolloutState, stageOf } from './rollout.ts';
import { type Command, carriedOut, commanded, openRollout, rolledBack } from './transition.ts';
import { aGate, aPlan, aVerdict, CALM, MINUTE } from './world.contract.ts';

const FLAG = aFlag({
  variations: [
    { key: 'off', value: 'off' },
    { key: 'spare', value: 'spare' },
    { key: 'on', value: 'on' },
  ],
  type: 'string',
});

/** A plan that moves fast, with a gate of each policy. */
const PLAN = {
  stages: [
    { kind: 'segment', segment: 'staff', bakeMinutes: 0.5 },
    { kind: 'percent', percent: 1, bakeMinutes: 0.5 },
    { kind: 'percent', percent: 25, bakeMinutes: 1, checklist: ['support informed'] },
    { kind: 'percent', percent: 60.5, bakeMinutes: 0.5, approval: 'manual' },
    { kind: 'percent', percent: 100, bakeMinutes: 1 },
  ],
  gates: [
    aGate(),
    aGate({ id: 'latency', onNoData: 'roll-back', windowMinutes: 1 }),
    aGate({ id: 'sales', role: 'signal', onNoData: 'ignore' }),
    aGate({ id: 'idea', role: 'dry-run' }),
  ],
} as const satisfies Partial<ReleasePlan>;
const GATES = ['errors', 'latency', 'sales', 'idea'];
const NEEDED = ['errors', 'latency'];

type Event =
  | { readonly kind: 'step'; readonly afterMs: number; readonly crashes: boolean }
  | { readonly kind: 'judge'; readonly verdicts: readonly (Verdict['kind'] | 'silent')[] }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'freeze' | 'incident' | 'mismatch'; readonly isOn: boolean }
  | { readonly kind: 'kill' | 'turned-off' | 'restart' }
  | { readonly kind: 'edit'; readonly weight: number };

interface World {
  readonly flag: Flag;
  config: FlagConfig;
  rollout: Rollout;
  verdicts: readonly Verdict[];
  facts: Facts;
  now: number;
}

/** `expect` takes longer than all that is looked at here: it is asked where it has something to say. */
function same(actual: unknown, expected: unknown, what?: string): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual, what).toEqual(expected);
}

const placeOf = ({ state }: Rollout): string => `${state.kind} ${stageOf(state)}`;

const KINDS = ['pass', 'fail', 'inconclusive', 'no-data', 'provider-error'] as const;
/** What each gate may say, made once: histories hear it millions of times. */
const SAID = new Map<string, Verdict>(
  GATES.flatMap((gate) => KINDS.map((kind) => [`${gate} ${kind}`, aVerdict(kind, 0, gate)] as const)),
);

function heardNow(kinds: readonly (Verdict['kind'] | 'silent')[], now: number): readonly Verdict[] {
  return kinds.flatMap((kind, i) => {
    const said = SAID.get(`${GATES[i]} ${kind}`);
    return said === undefined ? [] : [{ ...said, at: now }];
  });
}

const PERSON = { actor: 'member:ana', origin: 'ui' } as const;
const ENGINE = { actor: 'rollout:r1', origin: 'rollout' } as const;

function changed(world: World, instructions: readonly ConfigInstruction[], who: typeof PERSON | typeof ENGINE) {
  const result = applyToConfig(world.flag, world.config, instructions, { ...who, now: world.now, newId: () => 'new' });
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
  world.config = result.document;
}

/** Writes what the state says, as the engine does in the same transaction. */
function settled(world: World, rollout: Rollout): void {
  world.rollout = rollout;
  const instructions = instructionsOf(rollout, world.flag, world.config);
  same(
    instructions.filter(({ kind }) => kind === 'restore' || kind === 'turn-on' || kind === 'kill'),
    [],
  );
  if (instructions.length > 0) changed(world, instructions, ENGINE);
}

/** Everybody who has the released variation at the plan's place, and by the rollout's own rule. */
function reach({ config, rollout }: World): number {
  const served = servedAt(config, rollout.plan.at);
  const byRule = config.rules.some(({ id }) => id.startsWith('rollout:')) ? 1 : 0;
  if (served === undefined) return byRule;
  if ('variation' in served) return byRule + (served.variation === 'on' ? 100_000 : 0);
  return byRule + (served.split.weights['on'] ?? 0);
}

/** SDKs are told who is measured exactly while a stage of the split is in force. */
function expectArmsOfStage({ config, rollout }: World): void {
  const served = servedAt(config, rollout.plan.at);
  const arms = served !== undefined && 'split' in served ? served.split.arms : undefined;
  const stage = stageOf(rollout.state);
  const inForce = stage === null ? undefined : rollout.plan.stages[stage];
  const told = arms === undefined ? undefined : { rollout: arms.rollout, stage: arms.stage };
  same(told, inForce?.kind === 'percent' ? { rollout: 'r1', stage } : undefined);
}

const compiledOnce = new WeakMap<FlagConfig, string>();

function compiled({ flag, config }: World): string {
  const known = compiledOnce.get(config);
  if (known !== undefined) return known;
  const body = JSON.stringify(flagBodyOf(flag, config));
  compiledOnce.set(config, body);
  return body;
}

const ENDING: ReadonlySet<RolloutState['kind']> = new Set(['aborted', 'rolled-back', 'completed', 'rolling-back']);

function step(world: World, { afterMs, crashes }: Extract<Event, { kind: 'step' }>): void {
  world.now += afterMs;
  const rollout = counted(world.rollout, world.verdicts, world.now);
  const before = { reach: reach(world), wasWaiting: rollout.state.kind === 'waiting' };
  const decision = decide(rollout, world.verdicts, world.facts, world.now);
  const next = carriedOut(rollout, decision, world.now);
  // As the engine: what only goes on being held writes nothing to the flag.
  if (placeOf(next) === placeOf(rollout) && next.state.kind !== 'rolling-back') world.rollout = next;
  else settled(world, decision.kind === 'roll-back' && !crashes ? rolledBack(next, world.now) : next);
  // What was before may have been more than the stage gave.
  if (decision.kind !== 'roll-back' && reach(world) > before.reach) expectSafeToRise(world, before.wasWaiting);
  if (world.facts.stopped !== null) same(ENDING.has(world.rollout.state.kind), true, world.rollout.state.kind);
}

/** What the gates that matter said last, in the world's own terms and not those of the code that decides. */
function heard({ verdicts, now }: World): readonly (Verdict['kind'] | 'nothing')[] {
  return NEEDED.map((id) => {
    const own = verdicts.filter(({ gate, at }) => gate === id && Math.abs(now - at) <= 30_000);
    const latest = Math.max(...own.map(({ at }) => at));
    return own.findLast(({ at }) => at === latest)?.kind ?? 'nothing';
  });
}

function expectSafeToRise(world: World, isFirst: boolean): void {
  const { facts } = world;
  same([facts.freeze, facts.stopped, facts.incidents.length], [null, null, 0]);
  // Before the first stage there is nothing to measure.
  if (isFirst) same(heard(world).includes('fail'), false);
  else same(heard(world), ['pass', 'pass']);
}

function act(world: World, event: Event, original: { body: string }): void {
  const { state } = world.rollout;
  switch (event.kind) {
    case 'step':
      step(world, event);
      return;
    case 'judge':
      world.verdicts = [...world.verdicts.slice(-9), ...heardNow(event.verdicts, world.now)];
      return;
    case 'freeze':
      world.facts = { ...world.facts, freeze: event.isOn ? 'Fridays' : null };
      return;
    case 'incident':
      world.facts = { ...world.facts, incidents: event.isOn ? ['fire'] : [] };
      return;
    case 'mismatch':
      world.facts = { ...world.facts, mismatch: event.isOn ? 'arms differ' : null };
      return;
    case 'command':
      obey(world, event.command);
      return;
    case 'kill':
      changed(world, [{ kind: 'kill', reason: 'fire' }], PERSON);
      world.facts = { ...world.facts, stopped: { kind: 'kill', reason: 'ana' } };
      return;
    case 'turned-off':
      changed(world, [{ kind: 'turn-off' }], PERSON);
      world.facts = { ...world.facts, stopped: { kind: 'turned-off', reason: 'ana' } };
      return;
    case 'edit': {
      const weights = { on: event.weight, off: 100_000 - event.weight };
      changed(world, [{ kind: 'set-split', at: world.rollout.plan.at, weights }], PERSON);
      if (stageOf(state) !== null) same(isAsDriven(world.rollout, world.flag, world.config), false);
      world.facts = { ...world.facts, stopped: { kind: 'edit', reason: 'ana' } };
      return;
    }
    case 'restart': {
      // Only after a roll-back: that is where the split is as it was.
      if (state.kind !== 'rolled-back' || world.facts.stopped !== null) return;
      same(compiled(world), original.body);
      const before = servedAt(world.config, world.rollout.plan.at);
      if (before !== undefined) world.rollout = openRollout('r1', world.rollout.plan, before);
      return;
    }
  }
}

function obey(world: World, command: Command): void {
  const { verdicts, facts, now } = world;
  const before = reach(world);
  const barriers = {
    stopped: facts.stopped?.reason ?? null,
    harm: harmNow(world.rollout, verdicts, now),
    freeze: facts.freeze,
  };
  const answer = commanded(world.rollout, command, 'ana', barriers, now);
  if (answer.kind === 'refused') return;
  settled(world, answer.rollout);
  if (command.kind === 'roll-back' || reach(world) <= before) return;
  same([command.kind, facts.freeze, heard(world).includes('fail')], ['advance', null, false]);
}

const arbitraryCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom<Command>(
    { kind: 'begin' },
    { kind: 'resume' },
    { kind: 'approve' },
    { kind: 'advance' },
    { kind: 'check', line: 'support informed' },
  ),
  fc.constantFrom<Command>(
    { kind: 'pause', reason: '' },
    { kind: 'roll-back', reason: 'looks wrong' },
    { kind: 'uncheck', line: 'support informed' },
  ),
);

const arbitraryJudge: fc.Arbitrary<Event> = fc
  .tuple(
    ...GATES.map(() =>
      fc.oneof(
        { weight: 20, arbitrary: fc.constant('pass' as const) },
        { weight: 1, arbitrary: fc.constantFrom('fail', 'inconclusive', 'no-data', 'provider-error', 'silent') },
      ),
    ),
  )
  .map((verdicts) => ({ kind: 'judge', verdicts }) as Event);

const arbitraryStep: fc.Arbitrary<Event> = fc.record({
  kind: fc.constant('step' as const),
  afterMs: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
    fc.constantFrom(-3_600_000, 31_000, 3_600_000),
  ),
  crashes: fc.boolean(),
});

const arbitraryEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: arbitraryJudge },
  { weight: 16, arbitrary: arbitraryStep },
  { weight: 6, arbitrary: arbitraryCommand.map((command) => ({ kind: 'command', command }) as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('freeze' as const, 'incident' as const, 'mismatch' as const),
      isOn: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
);

const arbitraryStop: fc.Arbitrary<readonly Event[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc.constantFrom<readonly Event[]>([{ kind: 'kill' }], [{ kind: 'turned-off' }], [{ kind: 'edit', weight: 33_000 }]),
);

const arbitraryEvents = fc
  .tuple(
    fc.array(arbitraryEvent, { maxLength: 60, size: 'max' }),
    arbitraryStop,
    fc.array(arbitraryEvent, { maxLength: 10 }),
  )
  .map(([before, stop, after]) => [...before, ...stop, ...after]);

/** What was served before, with people where a long life left them. */
const arbitraryBefore: fc.Arbitrary<Serve> = fc.oneof(
  fc.constant<Serve>({ variation: 'off' }),
  fc
    .record({
      border: fc.integer({ min: 1, max: 40_000 }),
      to: fc.integer({ min: 50_000, max: 99_999 }),
      isSalted: fc.boolean(),
    })
    .map(
      ({ border, to, isSalted }): Serve => ({
        split: {
          weights: { off: 100_000 - to + border, on: to - border },
          allocation: [
            { from: 0, to: border, variation: 'off' },
            { from: border, to, variation: 'on' },
            { from: to, to: 100_000, variation: 'off' },
          ],
          ...(isSalted ? { salt: 'layer' } : {}),
        },
      }),
    ),
);

const arbitraryWorld = fc
  .record({
    before: arbitraryBefore,
    at: fc.constantFrom('fallthrough', 'rule-1'),
    by: fc.constantFrom(undefined, { contextKind: 'account', attribute: 'key' }),
    isByHand: fc.boolean(),
    /** Short courses too: few histories come to the end of a long one. */
    skipped: fc.nat(PLAN.stages.length - 1),
  })
  .map(({ before, at, by, isByHand, skipped }): World => {
    const config = aConfig(
      at === 'fallthrough'
        ? { fallthrough: before, rules: [aRule({ id: 'rule-1', serve: { variation: 'off' } })] }
        : { fallthrough: { variation: 'off' }, rules: [aRule({ id: 'rule-1', serve: before })] },
    );
    const start: ReleasePlan['start'] = isByHand ? { kind: 'manual' } : { kind: 'at', at: 0 };
    const plan = aPlan({ ...PLAN, stages: PLAN.stages.slice(skipped), at, start, ...(by === undefined ? {} : { by }) });
    return { flag: FLAG, config, rollout: openRollout('r1', plan, before), verdicts: [], facts: CALM, now: MINUTE };
  });

/** What holds between any two events. */
function expectAsTheStateSays(world: World, original: { readonly body: string }): void {
  const { flag, rollout, facts, config } = world;
  if (facts.stopped?.kind === 'kill') same(config.killed === null, false);
  if (facts.stopped !== null) return;
  expectArmsOfStage(world);
  if (!isOver(rollout.state) && rollout.state.kind !== 'rolling-back') same(isAsDriven(rollout, flag, config), true);
  const exposure = exposureOf(rollout);
  if (exposure === null) same(compiled(world), original.body);
  else same(reach(world), exposure.buckets + Math.min(1, exposure.segments.length));
  if (isOver(rollout.state) && rollout.state.kind !== 'aborted')
    same(
      config.rules.map(({ id }) => id),
      ['rule-1'],
    );
}

const HISTORIES = 10_000;

describe('after any history', () => {
  test('exposure rose only with evidence, a kill won, and the percentage in force is the one of the state', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(arbitraryWorld, arbitraryEvents, (drawn, events) => {
        const world = { ...drawn };
        const original = { body: compiled(world) };
        for (const event of events) {
          const { rollout, config, facts } = world;
          act(world, event, original);
          // What is served depends on no more than this.
          const isSamePlace = placeOf(world.rollout) === placeOf(rollout);
          if (isSamePlace && world.config === config && world.facts === facts) continue;
          reached.add(world.rollout.state.kind);
          expectAsTheStateSays(world, original);
        }
      }),
      { numRuns: HISTORIES },
    );
    // The laws above say nothing of states that no history reaches.
    expect([...reached].sort()).toEqual([
      'aborted',
      'awaiting-approval',
      'completed',
      'holding',
      'paused',
      'rolled-back',
      'rolling-back',
      'running',
      'waiting',
    ]);
  });

  test('a roll-back brings back the compiled flag byte by byte', () => {
    fc.assert(
      fc.property(arbitraryWorld, fc.array(arbitraryEvent, { maxLength: 40, size: 'max' }), (drawn, events) => {
        const world = { ...drawn };
        const original = { body: compiled(world) };
        for (const event of events) act(world, event, original);
        obey(world, { kind: 'advance' });
        obey(world, { kind: 'roll-back', reason: '' });
        if (world.rollout.state.kind !== 'rolling-back') return;
        settled(world, rolledBack(world.rollout, world.now));
        same(compiled(world), original.body);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a rollout that is aborted', () => {
  test('leaves everybody what they have, and nothing that only it may write', () => {
    fc.assert(
      fc.property(arbitraryWorld, fc.array(arbitraryEvent, { maxLength: 40, size: 'max' }), (drawn, events) => {
        const world = { ...drawn };
        const original = { body: compiled(world) };
        for (const event of events) act(world, event, original);
        obey(world, { kind: 'advance' });
        const before = served(world);
        obey(world, { kind: 'abort', reason: '' });
        if (world.rollout.state.kind !== 'aborted') return;
        same(served(world), before);
        same(/rollout:|"arms"/.test(JSON.stringify(world.config)), false);
      }),
      { numRuns: 500 },
    );
  });
});

/** What the flag serves, without what SDKs and people are told beside it. */
function served({ flag, config }: World): unknown {
  const { rules, fallthrough } = flagBodyOf(flag, withoutArms(config));
  return { rules: rules.map(({ clauses, serve }) => ({ clauses, serve })), fallthrough };
}
