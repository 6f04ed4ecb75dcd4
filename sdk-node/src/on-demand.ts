import { type Log, thrownWords } from '@glidepath/core/sdk';
import type { Answers } from './answers.ts';
import type { Platform } from './platform.ts';

const QUIET_MS = 50;
const AT_MOST_MS = 500;

/** Where a process may be frozen as soon as its answer is out: work is done while a call is being answered. */
export interface OnDemand {
  /** Somebody asks for a flag. */
  touched(): void;
  /** Answers that tell of being asked. */
  readonly layer: (below: Answers) => Answers;
}

export function createOnDemand(parts: {
  readonly platform: Pick<Platform, 'monotonic' | 'setTimer'>;
  readonly waitUntil: (promise: Promise<unknown>) => void;
  /** Sends the counts; never rejects. */
  readonly flush: () => Promise<unknown>;
  /** Does what is due; answers what then goes on, null = nothing. */
  readonly catchUp: () => Promise<unknown> | null;
  readonly log: Log;
}): OnDemand {
  const { platform, waitUntil, flush, catchUp, log } = parts;
  let touchedAt = 0;
  let isCounting = false;

  const keepAlive = (work: Promise<unknown>): void => {
    try {
      waitUntil(work);
    } catch (error) {
      log('warn', 'GP1004', `waitUntil threw: ${thrownWords(error)}`);
    }
  };

  /** Ends when nothing was asked for a while, or after long enough: then all counts are sent at once. */
  const counted = async (): Promise<void> => {
    const endAt = platform.monotonic() + AT_MOST_MS;
    let quietAt = touchedAt + QUIET_MS;
    while (platform.monotonic() < Math.min(quietAt, endAt)) {
      await pause(Math.min(quietAt, endAt) - platform.monotonic());
      quietAt = touchedAt + QUIET_MS;
    }
    isCounting = false;
    await flush();
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      platform.setTimer(resolve, ms, true);
    });

  const touched = (): void => {
    touchedAt = platform.monotonic();
    const goingOn = catchUp();
    if (goingOn !== null) keepAlive(goingOn);
    if (isCounting) return;
    isCounting = true;
    keepAlive(counted());
  };

  return {
    touched,
    layer: (below) => ({
      value(key, context, fallback) {
        touched();
        return below.value(key, context, fallback);
      },
      evaluate(key, context, fallback) {
        touched();
        return below.evaluate(key, context, fallback);
      },
    }),
  };
}
