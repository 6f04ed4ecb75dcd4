import type { Clock, Timer } from '../clock.ts';
import { createWheel } from '../stream/wheel.ts';

export interface ScheduleOptions<T> {
  readonly slotMs: number;
  readonly slots: number;
  readonly due: (member: T) => void;
}

/** Calls for members whose moment has come. */
export interface Schedule<T> {
  put(member: T, delayMs: number): void;
  /** Leaves who waits already where it is. */
  putNew(member: T, delayMs: number): void;
  remove(member: T): void;
  stop(): void;
}

/** One timer for all members, as long as any of them waits for something. */
export function openSchedule<T>(
  clock: Pick<Clock, 'monotonic' | 'setTimer'>,
  { slotMs, slots, due }: ScheduleOptions<T>,
): Schedule<T> {
  const wheel = createWheel<T>(slotMs, slots);
  let timer: Timer | null = null;
  let isStopped = false;

  function start(): void {
    if (!isStopped && wheel.size > 0) timer ??= clock.setTimer(turn, slotMs);
  }

  function turn(): void {
    timer = null;
    for (const member of wheel.turn(clock.monotonic())) due(member);
    start();
  }

  function put(member: T, delayMs: number): void {
    wheel.put(member, clock.monotonic(), delayMs);
    start();
  }

  return {
    put,
    putNew(member, delayMs) {
      if (!wheel.has(member)) put(member, delayMs);
    },
    remove: (member) => wheel.remove(member),
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
