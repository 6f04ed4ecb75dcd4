import type { LifecycleSettingsView } from '@glidepath/server/api-types';
import { settingsMessages as m } from './settings-messages.ts';

/** The settings as fields hold them. */
export interface SettingsDraft {
  readonly settledDays: string;
  readonly idleDays: string;
  readonly digest: boolean;
  readonly cron: string;
  readonly zone: string;
  readonly nudge: boolean;
  readonly afterDays: string;
  readonly everyDays: string;
  /** Empty = the team is never told. */
  readonly escalateAfter: string;
}

type SettingsBody = Omit<LifecycleSettingsView, 'revision'>;

export function draftOf({ settledDays, idleDays, digest, nudge, escalateAfter }: SettingsBody): SettingsDraft {
  return {
    settledDays: String(settledDays),
    idleDays: String(idleDays),
    digest: digest.isEnabled,
    cron: digest.cron,
    zone: digest.zone,
    nudge: nudge.isEnabled,
    afterDays: String(nudge.afterDays),
    everyDays: String(nudge.everyDays),
    escalateAfter: escalateAfter === null ? '' : String(escalateAfter),
  };
}

export function bodyOf(draft: SettingsDraft): SettingsBody {
  const { settledDays, idleDays, cron, zone, afterDays, everyDays, escalateAfter } = draft;
  return {
    settledDays: Number(settledDays),
    idleDays: Number(idleDays),
    digest: { isEnabled: draft.digest, cron: cron.trim(), zone: zone.trim() },
    nudge: { isEnabled: draft.nudge, afterDays: Number(afterDays), everyDays: Number(everyDays) },
    escalateAfter: escalateAfter.trim() === '' ? null : Number(escalateAfter),
  };
}

const MOST_DAYS = 3_650;
const MOST_NUDGES = 100;
const CRON_FIELDS = 5;

export const SETTINGS_RULES = {
  settledDays: wholeFrom(1, MOST_DAYS),
  idleDays: wholeFrom(1, MOST_DAYS),
  cron: (cron: string) => (cron.trim().split(/\s+/).length === CRON_FIELDS ? null : m.cronWrong),
  zone: (zone: string) => (isZone(zone.trim()) ? null : m.zoneWrong),
  afterDays: wholeFrom(0, MOST_DAYS),
  everyDays: wholeFrom(7, MOST_DAYS),
  escalateAfter: (text: string) => (text.trim() === '' ? null : wholeFrom(1, MOST_NUDGES)(text)),
};

function wholeFrom(least: number, most: number) {
  return (text: string) => {
    const number = Number(text);
    const isRight = /^\d+$/.test(text.trim()) && number >= least && number <= most;
    return isRight ? null : m.numberWrong(least, most);
  };
}

function isZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // This is how Intl says that it does not know a zone.
    return false;
  }
}
