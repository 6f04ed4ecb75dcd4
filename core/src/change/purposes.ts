import type { Purpose, Variation } from '../model/model.ts';

interface PurposeDefinition {
  readonly label: string;
  /** Expected life in days of a flag that does not say otherwise; null = permanent. */
  readonly lifetimeDays: number | null;
}

/** Why a flag exists, and how long such a flag usually lives. */
export const PURPOSES: Readonly<Record<Purpose, PurposeDefinition>> = {
  release: { label: 'release', lifetimeDays: 30 },
  experiment: { label: 'experiment', lifetimeDays: 30 },
  'kill-switch': { label: 'kill switch', lifetimeDays: null },
  operational: { label: 'operational', lifetimeDays: 7 },
  permission: { label: 'permission', lifetimeDays: null },
  migration: { label: 'migration', lifetimeDays: 60 },
};

/** The stages of a migration flag, in order: the same for all of them. */
export const MIGRATION_STAGES: readonly Variation[] = [
  'off',
  'dualwrite',
  'shadow',
  'live',
  'rampdown',
  'complete',
].map((stage) => ({ key: stage, value: stage }));

/** Whether these are the six stages of a migration, whatever their names and descriptions. */
export function isMigration(variations: readonly Variation[]): boolean {
  return (
    variations.length === MIGRATION_STAGES.length &&
    variations.every(({ key, value }, index) => key === MIGRATION_STAGES[index]?.key && value === key)
  );
}
