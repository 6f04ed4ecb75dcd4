import { diffConfig } from '@glidepath/core/change';
import type { FlagConfigView, FlagView, HistoryEntry, PreviewView } from '@glidepath/server/api-types';
import { configOf, flagOf } from '../../lib/flag-model.ts';
import { recordedConfig } from '../../lib/recorded-config.ts';
import type { TrialSubject } from './evaluation-queries.ts';

/** At most so many stand beside each other. */
export const MOST_COLUMNS = 4;

/** One column of the matrix: how its answers are asked for, and which side of the trial they are. */
export interface MatrixColumn {
  readonly id: string;
  readonly trial: Pick<TrialSubject, 'environment' | 'revision' | 'instructions'>;
  readonly side: 'before' | 'after';
}

/** The live state of an environment. */
export function environmentColumn(live: FlagConfigView): MatrixColumn {
  return { id: live.environment, trial: trialOf(live, []), side: 'before' };
}

/** An earlier state: what leads back to it is tried, not written. Null where its record holds no state. */
export function revisionColumn(flag: FlagView, live: FlagConfigView, entry: HistoryEntry): MatrixColumn | null {
  const recorded = recordedConfig(entry.after);
  if (recorded === null) return null;
  const id = `v${entry.revision}`;
  if (entry.revision === live.revision) return { id, trial: trialOf(live, []), side: 'before' };
  const present = configOf(live);
  // Nothing but a restore ends a kill.
  const instructions = diffConfig(flagOf(flag), present, { ...recorded, killed: present.killed });
  return { id, trial: trialOf(live, instructions), side: 'after' };
}

function trialOf({ environment, revision }: FlagConfigView, instructions: TrialSubject['instructions']) {
  return { environment, revision, instructions };
}

/** What each user gets in a column; null where it is not known. */
export function answersOf(preview: PreviewView | undefined, { side }: MatrixColumn): readonly (string | null)[] | null {
  return preview?.contexts.map((answer) => answer[side].variation) ?? null;
}
