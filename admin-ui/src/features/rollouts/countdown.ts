import type { RolloutView } from '@glidepath/server/api-types';
import { bakeOf } from './rollout-state.ts';

/** When the next thing happens by itself. */
export type Countdown =
  | { readonly kind: 'running'; readonly leftMs: number; readonly at: number }
  /** The clock stands: paused, or without data. */
  | { readonly kind: 'stopped'; readonly leftMs: number }
  /** Nothing can be counted down to. */
  | { readonly kind: 'none' };

const NONE: Countdown = { kind: 'none' };

/** `now` is the server's time: a browser's own clock decides nothing. */
export function countdownOf(rollout: RolloutView, now: number): Countdown {
  switch (rollout.state) {
    case 'waiting':
      return untilTime(rollout.next?.at ?? null, now);
    case 'running':
    case 'holding':
    case 'paused':
      return untilBaked(rollout, now);
    case 'awaiting-approval':
    case 'rolling-back':
    case 'rolled-back':
    case 'completed':
    case 'aborted':
      return NONE;
  }
}

function untilTime(text: string | null, now: number): Countdown {
  if (text === null) return NONE;
  const at = Date.parse(text);
  return { kind: 'running', at, leftMs: Math.max(0, at - now) };
}

function untilBaked(rollout: RolloutView, now: number): Countdown {
  const bake = bakeOf(rollout, now);
  const leftMs = bake === null ? 0 : bake.wholeMs - bake.bakedMs;
  const isBaking = rollout.state !== 'paused' && rollout.progress?.isBaking === true;
  // Once baked, something else is waited for, which has no time.
  if (leftMs <= 0) return rollout.state === 'running' ? { kind: 'running', leftMs: 0, at: now } : NONE;
  return isBaking ? { kind: 'running', leftMs, at: now + leftMs } : { kind: 'stopped', leftMs };
}
