import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RefusedError } from '../errors.ts';
import { servedAt } from './driven.ts';
import { ANA, type EngineWorld, openEngine } from './engine.contract.ts';
import { isOver } from './rollout.ts';
import type { Command } from './transition.ts';
import { percentOf } from './words.ts';

type Act =
  | { readonly kind: 'look' | 'other-replica' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'judge'; readonly says: 'pass' | 'fail' | 'no-data' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'kill' | 'restore' | 'turn-off' }
  | { readonly kind: 'edit'; readonly weight: number };

const RUNS = process.env['GLIDEPATH_TEST_TIER'] === 'faults' ? 1_000 : 40;

const PERSONAL: ReadonlySet<Act['kind']> = new Set(['kill', 'restore', 'turn-off', 'edit']);

const arbitraryAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Act>({ kind: 'look' }, { kind: 'other-replica' }) },
  { weight: 4, arbitrary: fc.integer({ min: 1_000, max: 40_000 }).map((ms): Act => ({ kind: 'pass', ms })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('pass' as const, 'pass' as const, 'fail' as const, 'no-data' as const)
      .map((says): Act => ({ kind: 'judge', says })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<Command>(
        { kind: 'pause', reason: '' },
        { kind: 'resume' },
        { kind: 'advance' },
        { kind: 'roll-back', reason: '' },
        { kind: 'abort', reason: '' },
      )
      .map((command): Act => ({ kind: 'command', command })),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.constantFrom<Act>({ kind: 'kill' }, { kind: 'restore' }, { kind: 'turn-off' }),
      fc.integer({ min: 0, max: 100_000 }).map((weight): Act => ({ kind: 'edit', weight })),
    ),
  },
);

interface Driven {
  readonly id: string;
  readonly flag: string;
}

/** What somebody has left the flag in, which nobody else may alter from then on. */
interface Will {
  readonly killed: boolean;
  readonly on: boolean;
  /** Of the split; null while it is the rollout's. */
  readonly weight: number | null;
}

async function act(engine: EngineWorld, { id, flag }: Driven, one: Act): Promise<void> {
  switch (one.kind) {
    case 'look':
      return engine.look();
    case 'other-replica':
      // Two that look at the same moment.
      await Promise.all([engine.look(), engine.aStepper().stepDue(() => false)]);
      return;
    case 'pass':
      return engine.pass(one.ms, null);
    case 'judge':
      return engine.judge(id, one.says);
    case 'command':
      return refusable(() =>
        engine.service.command(engine.world.project.id, id, one.command, ANA, { confirm: flag }).then(() => undefined),
      );
    case 'kill':
      return engine.change({ kind: 'kill', reason: 'fire' });
    case 'restore':
      return refusable(() => engine.change({ kind: 'restore' }));
    case 'turn-off':
      return engine.change({ kind: 'turn-off' });
    case 'edit': {
      const weights = { on: one.weight, off: 100_000 - one.weight };
      return engine.change({ kind: 'set-split', at: 'fallthrough', weights });
    }
  }
}

async function refusable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
}

function willAfter(will: Will, one: Act): Will {
  switch (one.kind) {
    case 'kill':
      return { ...will, killed: true };
    case 'restore':
      return { ...will, killed: false };
    case 'turn-off':
      return { ...will, on: false };
    case 'edit':
      return { ...will, weight: one.weight };
    case 'look':
    case 'other-replica':
    case 'pass':
    case 'judge':
    case 'command':
      return will;
  }
}

describe('T50: whatever people, gates and replicas do in whatever order', () => {
  test('a kill wins, nothing turns a flag on again or writes over an edit, and nothing is recorded twice', async () => {
    await using engine = await openEngine();
    const ends = new Set<string>();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryAct, { minLength: 4, maxLength: 14 }), async (acts) => {
        run += 1;
        const flag = `checkout-${run}`;
        const mine = onFlag(engine, flag);
        await mine.aFlag(flag);
        const [environment] = engine.world.environments;
        if (environment === undefined) throw new Error('no environment');
        const id = await mine.start({}, { flag });
        await mine.look();
        let will: Will = { killed: false, on: true, weight: null };
        for (const one of acts) {
          await act(mine, { id, flag }, one);
          will = willAfter(will, one);
          const config = await mine.config(flag);
          expect({ killed: config.killed !== null, on: config.on }).toEqual({ killed: will.killed, on: will.on });
          const { rollout } = await mine.row(id);
          const serve = servedAt(config, 'fallthrough');
          const weight = serve !== undefined && 'split' in serve ? (serve.split.weights['on'] ?? 0) : 0;
          // Who edits to what the rollout serves anyway has changed nothing.
          if (will.weight !== null && !isOver(rollout.state))
            expect([will.weight, percentOf(rollout) * 1_000]).toContain(weight);
          else if (will.weight === null) expect(weight).toBe(percentOf(rollout) * 1_000);
          if (PERSONAL.has(one.kind)) await mine.look();
        }
        const { rollout } = await mine.row(id);
        ends.add(rollout.state.kind);
        const records = await engine.world.store.rolloutRecords(id);
        // No two records of one and the same move.
        const moves = records.filter(({ changeId }) => changeId !== null).map(({ changeId }) => changeId);
        expect(new Set(moves).size).toBe(moves.length);
        for (const [index, { from, to, stage }] of records.entries()) {
          const before = records[index - 1];
          if (before !== undefined) expect(from).toBe(before.to);
          if (from === to && before !== undefined && ['rolled-back', 'completed', 'aborted'].includes(to))
            throw new Error(`${to} twice at stage ${stage}`);
        }
        await refusable(() =>
          engine.service.command(engine.world.project.id, id, { kind: 'abort', reason: '' }, ANA).then(() => undefined),
        );
      }),
      { numRuns: RUNS, seed: 50 },
    );
    expect(engine.troubles).toEqual([]);
    expect([...ends]).toEqual(expect.arrayContaining(['aborted', 'rolled-back']));
  });
});

/** The same world, with changes going to another flag. */
function onFlag(engine: EngineWorld, flag: string): EngineWorld {
  return {
    ...engine,
    change: async (...instructions) => {
      await engine.world.change({ flag, environment: 'production', instructions });
    },
  };
}
