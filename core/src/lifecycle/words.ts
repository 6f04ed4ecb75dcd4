import { allOf, counted } from '../change/words.ts';

export const DAY_MS = 86_400_000;

/** Whole days between two instants; none where the second comes first. */
export function daysBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / DAY_MS));
}

/** “61 days”. */
export function inDays(days: number): string {
  return counted(days, 'day');
}

/** How long something has lasted: “61 days”, or “less than a day”. */
export function lasting(since: number, now: number): string {
  const days = daysBetween(since, now);
  return days === 0 ? 'less than a day' : inDays(days);
}

/** Days that are still to come, the one that has begun included. */
export function daysUntil(at: number, now: number): string {
  return inDays(Math.max(1, Math.ceil((at - now) / DAY_MS)));
}

/** Environments by name, or how many they are. */
export function places(keys: readonly string[]): string {
  return keys.length > 3 ? counted(keys.length, 'environment') : allOf(keys);
}
