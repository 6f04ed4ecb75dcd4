import type { InitResult, SdkReason } from '@glidepath/core/sdk';
import type { Layer } from './answers.ts';

/** For smoke tests: what would be answered by the fallback, is thrown. */
export const strictly: Layer = (below) => ({
  value: (key, context, fallback) => insistedOnAnswer(below.evaluate(key, context, fallback)).value,
  evaluate: (key, context, fallback) => insistedOnAnswer(below.evaluate(key, context, fallback)),
});

export function insistedOnAnswer<A extends { readonly reason: SdkReason }>(answer: A): A {
  const { reason } = answer;
  if (reason.kind === 'ERROR') throw new Error(`glidepath: ${reason.errorKind}: ${reason.message}`);
  return answer;
}

export function insistedOnData(result: InitResult): InitResult {
  if (result.status === 'ready') return result;
  const why = result.status === 'failed' ? `${result.error.code} ${result.error.message}` : 'no data arrived in time';
  throw new Error(`glidepath: not ready: ${why}`);
}
