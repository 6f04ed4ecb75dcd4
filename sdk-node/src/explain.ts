import type { ContextInput } from '@glidepath/core';
import { explain } from '@glidepath/core/explain';
import type { EvaluationDetail } from '@glidepath/core/sdk';
import { absent, foundIn } from './detail.ts';
import type { Explanation, ExplanationStep } from './explain-types.ts';
import type { Host, Serving } from './host.ts';

/** The part of a client that says why a flag answers what it does. */
export function createExplain(host: Host) {
  return {
    explain(key: string, context: ContextInput): Explanation {
      const { serving, life } = host;
      if (serving === null) {
        const detail = absent(life, undefined);
        return { detail, steps: [{ step: 'error', matched: false, why: whyOf(detail) }] };
      }
      const detail = foundIn<unknown>(serving, serving.quiet, life, { key, context, fallback: undefined });
      return { detail, steps: stepsOf(serving, detail, key, context) };
    },
  };
}

function stepsOf(
  { environment, quiet }: Serving,
  { reason }: EvaluationDetail<unknown>,
  key: string,
  context: ContextInput,
): readonly ExplanationStep[] {
  if (reason.kind === 'OVERRIDE') return [{ step: 'override', matched: true, why: `overridden by ${reason.by}` }];
  const { evaluate } = quiet as typeof environment;
  return explain({ ...environment, evaluate }, key, context, undefined).steps.map(({ step, matched, why }) => ({
    step,
    matched,
    why,
  }));
}

function whyOf({ reason }: EvaluationDetail<unknown>): string {
  return reason.kind === 'ERROR' ? reason.message : reason.kind;
}
