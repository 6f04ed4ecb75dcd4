import { evidenceOf } from './evidence.ts';
import type { Lifecycle, LifecycleFacts, LifecycleSettings } from './lifecycle.ts';
import { nextStepOf } from './next-step.ts';
import { readinessOf } from './readiness.ts';
import { stageOf } from './stage.ts';
import { staleReasonsOf } from './stale.ts';

/** What the facts say of a flag at a moment. */
export function lifecycleOf(facts: LifecycleFacts, settings: LifecycleSettings, now: number): Lifecycle {
  const evidence = evidenceOf(facts, settings, now);
  const { stage, since } = stageOf(evidence);
  const stale = staleReasonsOf(evidence, stage);
  const readiness = readinessOf(evidence, stage, stale);
  const next = nextStepOf(evidence, { stage, stale, readiness });
  return { stage, stageSince: since, stale, readiness, forward: evidence.forward, next };
}
