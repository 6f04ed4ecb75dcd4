import type { FlagConfig } from '@glidepath/core';

/** The configuration as an entry recorded it; null where there was none, or its record is blanked by retention. */
export function recordedConfig(recorded: unknown): FlagConfig | null {
  if (recorded === null || typeof recorded !== 'object' || !('fallthrough' in recorded)) return null;
  return recorded as FlagConfig;
}
