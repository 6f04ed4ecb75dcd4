import type { ContextInput } from '../model/context.ts';
import type { ErrorKind, Resolution } from '../model/resolution.ts';
import { decide } from './compile.ts';
import { NO_BODY, readContext } from './context.ts';
import { Fault } from './fault.ts';
import { type CompiledFlag, type Lookup, newVisit, type Visit } from './visit.ts';

/** Answers for one snapshot; never throws. */
export interface Evaluator {
  /** What the flag answers for the context; the fallback with a reason when anything is wrong. */
  evaluate<T>(flagKey: string, context: ContextInput, fallback: T): Resolution<T>;
  /** The value of what `evaluate` answers; allocates nothing. */
  value<T>(flagKey: string, context: ContextInput, fallback: T): T;
}

export function createEvaluator(lookup: Lookup): Evaluator {
  // Used again and again, so that evaluating allocates nothing.
  let idle: Visit | null = null;

  const answer = (flag: CompiledFlag, context: ContextInput, isDetailed: boolean): Resolution => {
    // A kill and an off switch hold for whatever the caller passes.
    if (flag.settled !== null) return flag.settled;
    const visit = idle ?? newVisit(lookup);
    // Getters of the context are the caller's code and may evaluate too: they get a visit of their own.
    idle = null;
    try {
      visit.isDetailed = isDetailed;
      readContext(context, visit);
      return decide(flag, visit);
    } finally {
      forget(visit);
      idle = visit;
    }
  };

  return {
    evaluate<T>(flagKey: string, context: ContextInput, fallback: T): Resolution<T> {
      const entry = lookup.flag(flagKey);
      if (entry === undefined) return failure(fallback, null, 'FLAG_NOT_FOUND', `there is no flag ${shown(flagKey)}`);
      const { rev } = entry.item;
      try {
        const flag = entry.compiled();
        if (fits(fallback, flag)) return answer(flag, context, true) as Resolution<T>;
        return failure(fallback, rev, 'TYPE_MISMATCH', `the flag's values are of type ${flag.valueType}`);
      } catch (error) {
        if (error instanceof Fault) return failure(fallback, rev, error.errorKind, error.message);
        return failure(fallback, rev, 'INTERNAL', `unexpected fault: ${error instanceof Error ? error.message : ''}`);
      }
    },
    value<T>(flagKey: string, context: ContextInput, fallback: T): T {
      try {
        const flag = lookup.flag(flagKey)?.compiled();
        if (flag === undefined || !fits(fallback, flag)) return fallback;
        return answer(flag, context, false).value as T;
      } catch {
        return fallback;
      }
    },
  };
}

/** No context outlives its evaluation. */
function forget(visit: Visit): void {
  visit.body = NO_BODY;
  visit.key = null;
  visit.depth = 0;
  visit.memo = null;
}

function fits(fallback: unknown, { valueType }: CompiledFlag): boolean {
  return fallback === null || fallback === undefined || typeof fallback === valueType;
}

function failure<T>(value: T, flagVersion: number | null, errorKind: ErrorKind, message: string): Resolution<T> {
  return { value, variation: null, variationIndex: null, flagVersion, reason: { kind: 'ERROR', errorKind, message } };
}

/** Callers in plain JavaScript pass anything. */
function shown(flagKey: unknown): string {
  return typeof flagKey === 'string' ? `'${flagKey.slice(0, 128)}'` : `of type ${typeof flagKey}`;
}
