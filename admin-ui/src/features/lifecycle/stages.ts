import type { LifecycleView } from '@glidepath/server/api-types';

type Stage = LifecycleView['stage'];

/** The way of a flag as a line: one that nobody asks for any more has left it before it settled. */
export function stagesOf(stage: Stage): readonly Stage[] {
  return ['new', 'rolling-out', stage === 'abandoned' ? 'abandoned' : 'settled', 'archived'];
}
