import type { EnvironmentOptions, ErrorKind } from '@glidepath/core';
import type { Log } from '@glidepath/core/sdk';
import type { Counts } from './counts.ts';

const MOST_CALLS = 1_000;

/** Counts evaluations that end with a fallback, and warns of contexts that are none: once per flag and fault. */
export function faultListener(counts: Counts | null, log: Log): NonNullable<EnvironmentOptions['onFault']> {
  const warned = new Set<string>();
  return (key: unknown, errorKind: ErrorKind, cause: unknown) => {
    counts?.missed(key, errorKind);
    if (errorKind !== 'INVALID_CONTEXT') return;
    const call = `${typeof key === 'string' ? key : ''}\t${wordsOf(cause)}`;
    if (warned.has(call) || warned.size >= MOST_CALLS) return;
    warned.add(call);
    log('warn', 'GP1301', `${wordsOf(cause)}; the fallback is served for flag '${String(key).slice(0, 128)}'`);
  };
}

/** What a getter of the application throws may tell of people, so that it is not repeated. */
function wordsOf(cause: unknown): string {
  const isOurs = cause instanceof Error && 'errorKind' in cause;
  return isOurs ? cause.message : 'the context is invalid: it cannot be read';
}
