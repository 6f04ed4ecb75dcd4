import type { ContextInput } from '@glidepath/core';
import { type FlagRef, misfitOf } from '@glidepath/core/sdk';
import { recount } from './detail.ts';
import type { Host } from './host.ts';
import type { Runtime } from './runtime.ts';

type Variation = <T>(flag: string | FlagRef<T>, context: ContextInput, fallback: T) => T;

/** What everybody calls all the time: nothing stands between the call and its answer but what somebody asked for. */
export function variationOn(host: Host, current: Runtime['current']): Variation {
  const detailed: Variation = (flag, context, fallback) => host.detail(host.serving, flag, context, fallback).value;
  if (host.hooks !== null) return detailed;
  return (flag, context, fallback) => {
    if (typeof flag !== 'string') return detailed(flag, context, fallback);
    const { answers } = current;
    if (answers === null) return fallback;
    const value = answers.value(flag, context, fallback);
    // Arrays and objects are of one type to the evaluator.
    return typeof fallback !== 'object' || misfitOf(value, fallback) === null
      ? value
      : refused(host, flag, context, fallback);
  };
}

function refused<T>(host: Host, key: string, context: ContextInput, fallback: T): T {
  if (host.serving !== null) recount(host, host.serving, key, context);
  return fallback;
}
