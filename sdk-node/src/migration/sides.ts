import type { Host } from '../host.ts';
import { createMigration, type Sides } from './migration.ts';
import type { SideRecorder } from './records.ts';
import { createShadow, type ShadowSides } from './shadow.ts';
import type { MigrationConfig } from './types.ts';

const UNCOUNTED: SideRecorder = {
  called: () => undefined,
  compared: () => undefined,
  skipped: () => undefined,
};

/** The part of a client that does the same in two ways. */
export function createSides(host: Host, variation: Sides['variation'], unseen: ShadowSides['unseen']) {
  const { platform, log } = host;
  const sides: ShadowSides = { platform, log, recorder: host.counts?.sides ?? UNCOUNTED, variation, unseen };
  return {
    shadow: createShadow(sides),
    migration: <RArgs extends readonly unknown[], R, WArgs extends readonly unknown[], W>(
      key: string,
      config: MigrationConfig<RArgs, R, WArgs, W>,
    ) => createMigration(sides, key, config),
  };
}
