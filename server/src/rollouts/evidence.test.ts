import { describe, expect, test } from 'vitest';
import type { Verdict } from '../gates/gate.ts';
import { counted } from './evidence.ts';
import { progressOf, type Rollout } from './rollout.ts';
import { aGate, aProgress, aRunning, aVerdict } from './world.contract.ts';

const TICK = 10_000;

/** Counts every ten seconds, as the engine does, with these verdicts given anew each time. */
function ticked(ticks: number, kind: Verdict['kind'] | null, from: Rollout = aRunning()): Rollout {
  let rollout = from;
  for (let i = 1; i <= ticks; i += 1) {
    const now = (progressOf(rollout.state)?.countedAt ?? 0) + TICK;
    rollout = counted(rollout, kind === null ? [] : [aVerdict(kind, now)], now);
  }
  return rollout;
}

const bakedMs = (rollout: Rollout) => progressOf(rollout.state)?.bakedMs;
const silentMs = (rollout: Rollout) => progressOf(rollout.state)?.silentMs;

describe('bake time', () => {
  test.for<[kind: Verdict['kind'] | null, ticks: number]>([
    ['pass', 3],
    ['inconclusive', 3],
    ['fail', 3],
    ['no-data', 0],
    ['provider-error', 0],
    [null, 0],
  ])('with the verdict %s counts %i of 3 ticks', ([kind, ticks]) => {
    expect(bakedMs(ticked(3, kind))).toBe(ticks * TICK);
  });

  test('stands still while paused, and goes on from there', () => {
    const running = ticked(3, 'pass');
    const cause = { kind: 'person', reason: 'ana' } as const;
    const progress = aProgress({ ...progressOf(running.state) });
    const paused = ticked(100, 'pass', { ...running, state: { kind: 'paused', progress, cause } });
    expect(bakedMs(paused)).toBe(3 * TICK);
    const resumed: Rollout = { ...paused, state: { kind: 'running', progress: progressOf(paused.state) ?? progress } };
    expect(bakedMs(ticked(1, 'pass', resumed))).toBe(4 * TICK);
  });

  test.for<[title: string, jumpMs: number, most: number]>([
    ['an hour ahead', 3_600_000, 30_000],
    ['ten years ahead', 10 * 365 * 86_400_000, 30_000],
    ['an hour back', -3_600_000, 0],
  ])('is never shortened by a clock that jumps %s', ([, jumpMs, most]) => {
    const now = TICK + jumpMs;
    expect(bakedMs(counted(ticked(1, 'pass'), [aVerdict('pass', now)], now))).toBe(TICK + most);
  });

  test('counts no moment twice after a clock that went back', () => {
    const back = counted(ticked(2, 'pass'), [aVerdict('pass', TICK)], TICK);
    expect(bakedMs(counted(back, [aVerdict('pass', 2 * TICK)], 2 * TICK))).toBe(2 * TICK);
  });

  test('needs data from every gate but those that ignore it and dry runs', () => {
    const gates = [
      aGate(),
      aGate({ id: 'sales', role: 'signal', onNoData: 'ignore' }),
      aGate({ id: 'idea', role: 'dry-run' }),
    ];
    expect(bakedMs(ticked(1, 'pass', aRunning({}, { gates })))).toBe(TICK);
    expect(bakedMs(ticked(1, 'pass', aRunning({}, { gates: [...gates, aGate({ id: 'latency' })] })))).toBe(0);
  });
});

describe('the silence of a gate', () => {
  test('is counted while it has no data, and ends with the first', () => {
    const silent = ticked(3, 'no-data');
    expect(silentMs(silent)).toEqual({ errors: 3 * TICK });
    expect(silentMs(ticked(1, 'inconclusive', silent))).toEqual({});
  });

  test('neither grows nor ends while the source cannot be asked', () => {
    expect(silentMs(ticked(5, 'provider-error', ticked(3, 'no-data')))).toEqual({ errors: 3 * TICK });
  });

  test('is not that of the service after an outage', () => {
    expect(silentMs(counted(ticked(1, 'pass'), [], 86_400_000))).toEqual({ errors: 30_000 });
  });
});
