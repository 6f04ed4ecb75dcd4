import { Cron } from 'croner';
import type { LifecycleSettingsView } from '../http/lifecycle-types.ts';

type Times = LifecycleSettingsView['digest'];

/** The last time that a digest was due, this moment included; null where there was none. */
export function lastDigestSlot(times: Times, now: number): number | null {
  return lastOf(times.cron, times.zone, now);
}

/** The last time at which owners may have been reminded: at the digest's time of the day, from Monday to Friday. */
export function lastNudgeSlot({ cron, zone }: Times, now: number): number | null {
  const fields = cron.trim().split(/\s+/);
  // A nickname such as `@weekly` says no hour that suits people.
  const [minute, hour] = fields.length === 5 ? fields : ['0', '9'];
  return lastOf(`${minute} ${hour} * * 1-5`, zone, now);
}

function lastOf(cron: string, timezone: string, now: number): number | null {
  // What is asked for lies strictly before.
  const [slot] = new Cron(cron, { timezone, mode: '5-part', paused: true }).previousRuns(1, new Date(now + 1));
  return slot?.getTime() ?? null;
}
