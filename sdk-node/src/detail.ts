import type { ContextInput, ErrorKind } from '@glidepath/core';
import type { EvaluationDetail } from '@glidepath/core/sdk';
import type { Serving } from './host.ts';
import type { Life } from './status.ts';

/** What is answered from what is given, or why there is nothing to answer from. */
export function detailFrom<T>(
  from: Serving | null,
  life: Life,
  key: string,
  context: ContextInput,
  fallback: T,
): EvaluationDetail<T> {
  const { source, stale, environmentVersion } = life;
  if (from !== null)
    return { ...from.answers.evaluate(key, context, fallback), environmentVersion: from.version, source, stale };
  const [errorKind, message] = whyNothing(life);
  const reason = { kind: 'ERROR', errorKind, message } as const;
  const nothing = { value: fallback, variation: null, variationIndex: null, flagVersion: null };
  return { ...nothing, environmentVersion, reason, source, stale };
}

function whyNothing({ mode, lastError }: Life): readonly [ErrorKind, string] {
  if (mode === 'closed') return ['CLIENT_CLOSED', 'the client was closed'];
  if (mode === 'failed') return ['CONFIG', lastError?.message ?? 'the client is not configured'];
  return ['CLIENT_NOT_READY', 'no data has arrived yet'];
}
