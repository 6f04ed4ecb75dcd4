import type { FlagConfig } from '@glidepath/core';
import { describeServing } from '@glidepath/core/change';
import type { FlagView, HistoryEntry } from '@glidepath/server/api-types';
import { flagOf } from './flag-model.ts';

/** The configuration as an entry recorded it; null where there was none, or its record is blanked by retention. */
export function recordedConfig(recorded: unknown): FlagConfig | null {
  if (recorded === null || typeof recorded !== 'object' || !('fallthrough' in recorded)) return null;
  return recorded as FlagConfig;
}

export interface RecordedServing {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Who got what before and after an entry, in the words that stand everywhere else. */
export function recordedServing(flag: FlagView, entry: HistoryEntry): RecordedServing {
  const describe = (recorded: unknown) => {
    const config = recordedConfig(recorded);
    return config ? describeServing(flagOf(flag), config) : [];
  };
  return { before: describe(entry.before), after: describe(entry.after) };
}
