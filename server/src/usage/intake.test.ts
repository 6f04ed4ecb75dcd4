import { describe, expect, test, vi } from 'vitest';
import type { UsageReport, UsageStore } from '../store/usage.ts';
import { createIntake } from './intake.ts';

const aReport = (seq: number, entries = 1): UsageReport => ({
  environment: 'env-1',
  instance: 'one',
  seq,
  counts: Array.from({ length: entries }, (_, i) => ({ flag: `f${i}`, variation: 'on', reason: 'OFF', n: 1 })),
  missing: [],
  seen: [],
  health: [],
});

/** A database that answers when it is told to. */
function aSlowStore() {
  const batches: { readonly seqs: readonly number[]; answer(): void; fail(error: Error): void }[] = [];
  const addUsage: UsageStore['addUsage'] = (reports) =>
    new Promise((resolve, reject) => {
      batches.push({
        seqs: reports.map(({ seq }) => seq),
        answer: () => resolve(reports.map(({ seq }) => seq !== 13)),
        fail: reject,
      });
    });
  /** The batch that is written as the i-th, once it is. */
  const batch = (i: number) =>
    vi.waitFor(() => batches[i] ?? Promise.reject(new Error(`there is no batch ${i}`)), { timeout: 30_000 });
  return { batches, batch, store: { addUsage } as UsageStore };
}

describe('reports that come while others are written', () => {
  test('are written together, and each one hears whether it was new', async () => {
    const { batches, batch, store } = aSlowStore();
    const intake = createIntake(store, () => 0);
    const answers = [1, 2, 13, 4].map((seq) => intake.add(aReport(seq)));
    expect(batches.map(({ seqs }) => seqs)).toEqual([[1]]);
    (await batch(0)).answer();
    expect(await answers[0]).toBe(true);
    (await batch(1)).answer();
    expect(batches.map(({ seqs }) => seqs)).toEqual([[1], [2, 13, 4]]);
    expect(await Promise.all(answers)).toEqual([true, true, false, true]);
  });

  test('hear of the failure, and the next ones are written all the same', async () => {
    const { batch, store } = aSlowStore();
    const intake = createIntake(store, () => 0);
    const failing = intake.add(aReport(1));
    const next = intake.add(aReport(2));
    (await batch(0)).fail(new Error('the disk is full'));
    await expect(failing).rejects.toThrow('the disk is full');
    (await batch(1)).answer();
    expect(await next).toBe(true);
  });

  test('are split where they are too many for one transaction', async () => {
    const { batches, batch, store } = aSlowStore();
    const intake = createIntake(store, () => 0);
    const answers = [1, 2, 3, 4].map((seq) => intake.add(aReport(seq, 4_000)));
    for (let i = 0; i < 3; i += 1) (await batch(i)).answer();
    expect(await answers[3]).toBe(true);
    expect(batches.map(({ seqs }) => seqs)).toEqual([[1], [2, 3], [4]]);
  });

  test('are refused by the room that they take: wide sketches of durations do not fill the memory', async () => {
    const { store } = aSlowStore();
    const intake = createIntake(store, () => 0);
    const latency = Array.from({ length: 8 }, () => ({ g: 2, o: 0, c: new Array<number>(2_000).fill(0) }));
    const shards = { n: [], sum: [], sumOfSquares: [], people: [] };
    const sums = { n: 1, sum: 0, sumOfSquares: 0, shards, latency, errorKinds: {} };
    const place = {
      environment: 'env-1',
      flag: 'f',
      flagVersion: 1,
      variation: 'on',
      arm: '',
      stage: -1,
      source: 'server',
    } as const;
    const wide: UsageReport = { ...aReport(1, 0), health: [{ key: { ...place, kind: 'guard', name: 'pay' }, sums }] };
    const failed = vi.fn();
    // Written they are never: the first keeps all others waiting.
    for (let i = 0; i < 1_200; i += 1) intake.add(wide).catch(failed);
    await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(1_200 - 1 - Math.floor(200_000 / 171)));
  });

  test('are refused for a while where too many wait, and taken again afterwards', async () => {
    const { batch, store } = aSlowStore();
    const intake = createIntake(store, () => 0);
    const first = intake.add(aReport(1));
    const big = intake.add(aReport(2, 199_000));
    await expect(intake.add(aReport(3, 1_000))).rejects.toMatchObject({
      refusal: { code: 'unavailable', retryAfter: 10 },
    });
    (await batch(0)).answer();
    await first;
    await batch(1);
    const later = intake.add(aReport(3, 1_000));
    (await batch(1)).answer();
    await big;
    (await batch(2)).answer();
    expect(await later).toBe(true);
  });
});
