import { openClock, type ServiceClock } from '@glidepath/server';

const DAY_MS = 86_400_000;

/** A clock that lies in the past until it is brought forward; durations and timers are the machine's. */
export function openPastClock(startDaysAgo: number): ServiceClock & { bringTo(daysAgo: number): void } {
  const clock = openClock();
  let behindMs = startDaysAgo * DAY_MS;
  return {
    ...clock,
    now: () => clock.now() - behindMs,
    follow: () => Promise.resolve(),
    bringTo(daysAgo) {
      behindMs = daysAgo * DAY_MS;
    },
  };
}
