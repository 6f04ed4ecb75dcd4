import { describe, expect, test } from 'vitest';
import { coalesced } from './coalesced.ts';

/** Work whose runs end when the test says so. */
function manualWork() {
  const ends: { resolve: () => void; reject: (reason: Error) => void }[] = [];
  const work = () => new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
  return { ends, work };
}

describe('coalesced work', () => {
  test('runs once more, and only once, for all who call during a run', async () => {
    const { ends, work } = manualWork();
    const pull = coalesced(work);
    const first = pull();
    const during = [pull(), pull(), pull()];
    expect(ends).toHaveLength(1);
    ends[0]?.resolve();
    await first;
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[1]?.resolve();
    await Promise.all(during);
    expect(ends).toHaveLength(2);
  });

  test('a run that fails tells its own callers only', async () => {
    const { ends, work } = manualWork();
    const pull = coalesced(work);
    const first = pull();
    const second = pull();
    ends[0]?.reject(new Error('database away'));
    await expect(first).rejects.toThrow('database away');
    await Promise.resolve();
    ends[1]?.resolve();
    await expect(second).resolves.toBeUndefined();
  });

  test('never runs twice at a time, even for who calls right after a run', async () => {
    let [now, most] = [0, 0];
    const pull = coalesced(async () => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
    });
    const again = async () => {
      for (let i = 0; i < 50; i += 1) await pull();
    };
    await Promise.all([again(), again(), again()]);
    expect(most).toBe(1);
  });

  test('starts afresh when nothing runs', async () => {
    let runs = 0;
    const pull = coalesced(async () => {
      runs += 1;
    });
    await pull();
    await pull();
    expect(runs).toBe(2);
  });
});
