import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { ServiceClock, Timer } from './clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends ServiceClock {
  /** Moves on to this moment; timers that fall due are called on the way, in order, each at its own time. */
  moveTo(time: number): void;
  /** Is at this moment at once, as after a sleep of the machine: what fell due meanwhile is called once, now. */
  leapTo(time: number): void;
}

interface WaitingTimer {
  readonly at: number;
  readonly callback: () => void;
}

export function createManualClock(start: number): ManualClock {
  const waiting = new Set<WaitingTimer>();
  let time = start;

  function setTimer(callback: () => void, delayMs: number): Timer {
    const timer = { at: time + Math.max(0, delayMs), callback };
    waiting.add(timer);
    return { cancel: () => waiting.delete(timer) };
  }

  function firstDue(until: number): WaitingTimer | null {
    let first: WaitingTimer | null = null;
    for (const timer of waiting) if (timer.at <= until && (first === null || timer.at < first.at)) first = timer;
    return first;
  }

  function moveTo(target: number): void {
    for (let timer = firstDue(target); timer !== null; timer = firstDue(target)) {
      waiting.delete(timer);
      time = Math.max(time, timer.at);
      timer.callback();
    }
    time = Math.max(time, target);
  }

  function leapTo(target: number): void {
    time = Math.max(time, target);
    for (const timer of [...waiting].filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)) {
      // An earlier one may have cancelled it.
      if (waiting.delete(timer)) timer.callback();
    }
  }

  return {
    now: () => time,
    monotonic: () => time - start,
    setTimer,
    // The test is the database's clock too.
    follow: () => Promise.resolve(),
    close: () => waiting.clear(),
    moveTo,
    leapTo,
  };
}

/**
 * Follows the clock of a test, which serves it on a loopback port as lines of milliseconds since epoch; each is answered
 * with the same line once its timers were called. Only in test builds: a release never listens to somebody else's time.
 */
export async function connectTestClock(port: number): Promise<ServiceClock> {
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Error(`nobody serves a clock on port ${port}`);
  const clock = createManualClock(Number(first.value));
  socket.write(`${first.value}\n`);
  void obey(lines);

  async function obey(moves: AsyncIterator<string>): Promise<void> {
    for (let move = await moves.next(); !move.done; move = await moves.next()) {
      clock.moveTo(Number(move.value));
      socket.write(`${move.value}\n`);
    }
  }

  return {
    ...clock,
    close() {
      clock.close();
      socket.destroy();
    },
  };
}
