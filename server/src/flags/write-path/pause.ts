import { setImmediate as rest } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';

/** Called often while something long is computed: lets others be served where it has taken long since the last time. */
export type Pause = () => Promise<void> | undefined;

/** As long as others may have to wait. */
const SLICE_MS = 20;

export function createPause(clock: Pick<Clock, 'monotonic'>): Pause {
  let since = clock.monotonic();
  return () => (clock.monotonic() - since < SLICE_MS ? undefined : pauseNow());

  async function pauseNow(): Promise<void> {
    await rest();
    since = clock.monotonic();
  }
}
