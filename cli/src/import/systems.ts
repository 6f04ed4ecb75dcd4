import { flagd } from './flagd.ts';
import { growthBook } from './growthbook.ts';
import type { System } from './imported.ts';
import { launchDarkly } from './launchdarkly.ts';
import { unleash } from './unleash.ts';

/** Every system that flags can come from, as the command names it. */
export const SYSTEMS = {
  launchdarkly: launchDarkly,
  unleash,
  flagd,
  growthbook: growthBook,
} as const satisfies Readonly<Record<string, System>>;
