import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openClock } from './clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A machine that believes it is `origin` and whose monotonic clock is moved by hand. */
function aMachine(origin: number) {
  const machine = { at: 0 };
  return {
    source: { monotonic: () => machine.at, origin },
    pass(ms: number): void {
      machine.at += ms;
    },
  };
}

describe('a clock that follows a database', () => {
  test('shows the machine’s time until then, and the database’s after', async () => {
    const { source, pass } = aMachine(1_000_000);
    const clock = openClock(source);
    pass(5);
    expect(clock.now()).toBe(1_000_005);
    await clock.follow(async () => 2_000_000);
    pass(7);
    expect(clock.now()).toBe(2_000_007);
    clock.close();
  });

  test('takes the answer for the middle of the way there and back', async () => {
    const { source, pass } = aMachine(0);
    const clock = openClock(source);
    await clock.follow(async () => {
      pass(100);
      return 5_000_000;
    });
    expect(clock.now()).toBe(5_000_050);
    clock.close();
  });

  test('stands still until a database that is behind has caught up', async () => {
    const { source, pass } = aMachine(1_000_000);
    const clock = openClock(source);
    expect(clock.now()).toBe(1_000_000);
    await clock.follow(async () => 999_000);
    expect(clock.now()).toBe(1_000_000);
    pass(1_000);
    expect(clock.now()).toBe(1_000_000);
    pass(1);
    expect(clock.now()).toBe(1_000_001);
    clock.close();
  });

  test('keeps the last measurement when the database is away, and measures again after ten seconds', async () => {
    vi.useFakeTimers();
    const { source } = aMachine(0);
    const clock = openClock(source);
    const answers = [7_000_000, new Error('away'), 8_000_000];
    const measure = async () => {
      const answer = answers.shift();
      if (typeof answer === 'number') return answer;
      throw answer;
    };
    await clock.follow(measure);
    expect(clock.now()).toBe(7_000_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(clock.now()).toBe(7_000_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(clock.now()).toBe(8_000_000);
    clock.close();
  });

  test('never goes backwards, whatever the database says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(5_000), fc.nat(1_000_000)), { maxLength: 30 }), async (steps) => {
        const { source, pass } = aMachine(500_000);
        const clock = openClock(source);
        let before = clock.now();
        for (const [ms, database] of steps) {
          pass(ms);
          await clock.follow(async () => database);
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(before);
          before = now;
          clock.close();
        }
      }),
    );
  });
});
