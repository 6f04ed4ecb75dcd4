import type { ContextInput, Engines, Environment } from '@glidepath/core';
import { openEnvironment } from '@glidepath/core';
import type { EnvironmentView } from '@glidepath/core/change';
import { explain } from '@glidepath/core/explain';
import type { EvaluationView } from '../http/api-types.ts';
import { itemsOf } from './write-path/environment-view.ts';

/** Compiles a view of an environment with the evaluator that SDKs run. */
export function environmentOf(view: EnvironmentView, engines: Engines): Environment {
  return openEnvironment(itemsOf(view), engines);
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
