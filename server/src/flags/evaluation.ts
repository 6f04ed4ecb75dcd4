import type { ContextInput, Engines, Environment, Item } from '@glidepath/core';
import { openEnvironment } from '@glidepath/core';
import type { EnvironmentView } from '@glidepath/core/change';
import { flagBodyOf, segmentBodyOf } from '@glidepath/core/change';
import { explain } from '@glidepath/core/explain';
import type { EvaluationView } from '../http/api-types.ts';

/** Compiles a view of an environment with the evaluator that SDKs run. */
export function environmentOf(view: EnvironmentView, engines: Engines): Environment {
  const flags = [...view.flags].map(
    ([key, { flag, config }]): Item => ({
      kind: 'flag',
      key,
      rev: 0,
      body: flagBodyOf(flag, config),
    }),
  );
  const segments = [...view.segments].map(
    ([key, { segment, config }]): Item => ({
      kind: 'segment',
      key,
      rev: 0,
      body: segmentBodyOf(segment, config),
    }),
  );
  return openEnvironment([...flags, ...segments], engines);
}

/** What a context gets, why, and every step of the way. */
export function evaluationOf(environment: Environment, flag: string, context: ContextInput): EvaluationView {
  const { resolution, steps } = explain(environment, flag, context, null);
  const { value, variation, reason } = resolution;
  return {
    flag,
    value: value ?? null,
    variation,
    reason,
    trace: steps.map(({ step, matched, why }) => ({ step, matched, why })),
  };
}
