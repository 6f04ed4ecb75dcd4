import { Cron } from 'croner';
import type { Problem } from '../errors.ts';
import type { LifecycleSettingsView } from '../http/lifecycle-types.ts';
import type { Reads } from '../store/store.ts';

/** How the flags of a project age, and who is told of it. */
export type LifecycleSettingsBody = Omit<LifecycleSettingsView, 'revision'>;

/** What holds until a project says otherwise. */
export const DEFAULT_SETTINGS: LifecycleSettingsBody = {
  settledDays: 7,
  idleDays: 14,
  digest: { isEnabled: true, cron: '0 9 * * 1', zone: 'UTC' },
  nudge: { isEnabled: true, afterDays: 0, everyDays: 7 },
  escalateAfter: 3,
};

export const SETTINGS_KEY = 'settings';

/** Revision 0 = nobody has ever said anything. */
export async function settingsOf(reads: Pick<Reads, 'document'>, project: string): Promise<LifecycleSettingsView> {
  const stored = await reads.document<LifecycleSettingsBody>({
    kind: 'lifecycle-settings',
    parent: project,
    key: SETTINGS_KEY,
  });
  return { ...(stored?.body ?? DEFAULT_SETTINGS), revision: stored?.revision ?? 0 };
}

const HOUR = 3_600_000;
/** As often as a digest may come; a day on which the clocks change has 23 hours. */
const CLOSEST_MS = 23 * HOUR;
/** More times than any pattern needs to show its shortest distance, such as a week's. */
const LOOKED_AT = 10;

/** The next times at which a digest is due, after a moment; a pattern that has no more answers fewer. */
export function digestTimes(
  { cron, zone }: LifecycleSettingsBody['digest'],
  after: number,
  count: number,
): readonly number[] {
  return new Cron(cron, { timezone: zone, mode: '5-part', paused: true })
    .nextRuns(count, new Date(after))
    .map((date) => date.getTime());
}

/** What is wrong with the times of a digest. */
export function problemsOfDigest(digest: LifecycleSettingsBody['digest'], now: number): readonly Problem[] {
  if (!isZone(digest.zone))
    return [{ pointer: '/digest/zone', detail: 'must be the name of a time zone, such as Europe/Berlin' }];
  const times = timesOrNull(digest, now);
  if (times === null) return [{ pointer: '/digest/cron', detail: 'must be five fields of cron, such as `0 9 * * 1`' }];
  if (times.length === 0) return [{ pointer: '/digest/cron', detail: 'never comes: choose a day that exists' }];
  const isTooOften = times.some((time, index) => index > 0 && time - (times[index - 1] ?? 0) < CLOSEST_MS);
  return isTooOften ? [{ pointer: '/digest/cron', detail: 'must come at most once a day' }] : [];
}

function timesOrNull(digest: LifecycleSettingsBody['digest'], now: number): readonly number[] | null {
  try {
    return digestTimes(digest, now, LOOKED_AT);
  } catch {
    // croner says by throwing that it cannot read a pattern.
    return null;
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
