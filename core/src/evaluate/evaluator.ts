import type { ContextInput } from '../model/context.ts';
import type { ErrorKind, Resolution } from '../model/resolution.ts';
import type { CompiledFlag } from './compiled.ts';
import { invalid, NO_BODY, readContext, sureKeyOf } from './context.ts';
import { decide } from './decide.ts';
import { Fault } from './fault.ts';
import { type Outcome, resolutionOf } from './outcome.ts';
import type { Body } from './properties.ts';
import { type Lookup, newVisit, type Visit } from './visit.ts';

/** Answers for one snapshot; never throws. */
export interface Evaluator {
  /** What the flag answers for the context; the fallback with a reason when anything is wrong. */
  evaluate<T>(flagKey: string, context: ContextInput, fallback: T): Resolution<T>;
  /** The value of what `evaluate` answers; allocates nothing. */
  value<T>(flagKey: string, context: ContextInput, fallback: T): T;
}

/** Hears of every evaluation that answers the fallback; `flagKey` is whatever the caller passed. */
export type OnFault = (flagKey: unknown, errorKind: ErrorKind, cause: unknown) => void;

export function createEvaluator(lookup: Lookup, onFault?: OnFault): Evaluator {
  // Used again and again, so that evaluating allocates nothing. Getters of a context are the caller's code and may
  // evaluate too: whoever comes meanwhile takes a visit of its own. What failed is not used again.
  let spare: Visit | null = null;
  /** Of the evaluation that ended last. */
  let position = 0;

  // What was asked for last: who asks often asks for the same again, and to compare keys costs less than to look one up.
  let asked: string | undefined;
  let found: CompiledFlag | undefined;
  const find = (flagKey: string): CompiledFlag | undefined => {
    found = lookup.flags.get(flagKey)?.compiled();
    asked = flagKey;
    return found;
  };

  const serve = (flag: CompiledFlag, context: ContextInput): Outcome => {
    // A kill and an off switch hold for whatever the caller passes; a constant for whatever is surely a context.
    const { constant } = flag;
    if (constant !== null && (flag.isSettled || sureKeyOf(context) !== null)) return counted(constant);
    const sureKey = sureKeyOf(context);
    const visit = spare ?? newVisit(lookup);
    spare = null;
    if (sureKey === null) readContext(context, visit);
    else {
      visit.body = context as Body;
      visit.key = sureKey;
    }
    const outcome = decide(flag, visit);
    position = visit.position;
    // No context outlives its evaluation, nor what its references led to.
    visit.body = NO_BODY;
    visit.memo = null;
    if (sureKey === null) visit.kind = visit.plainKind = 'user';
    spare = visit;
    return counted(outcome);
  };

  const faultOf = (flagKey: unknown, error: unknown): Fault => {
    // What was thrown need not have a text, and may tell of people.
    const fault = error instanceof Fault ? error : invalid('it cannot be read');
    onFault?.(flagKey, fault.errorKind, error);
    return fault;
  };

  return {
    evaluate<T>(flagKey: string, context: ContextInput, fallback: T): Resolution<T> {
      try {
        const flag = flagKey === asked ? found : find(flagKey);
        if (flag === undefined) throw new Fault('FLAG_NOT_FOUND', `there is no flag ${shown(flagKey)}`);
        if (!fits(fallback, flag)) throw new Fault('TYPE_MISMATCH', `the flag's values are of type ${flag.valueType}`);
        return resolutionOf(serve(flag, context), position) as Resolution<T>;
      } catch (error) {
        const { errorKind, message } = faultOf(flagKey, error);
        return {
          value: fallback,
          variation: null,
          variationIndex: null,
          flagVersion: lookup.flags.get(flagKey)?.item.rev ?? null,
          reason: { kind: 'ERROR', errorKind, message },
        };
      }
    },
    value<T>(flagKey: string, context: ContextInput, fallback: T): T {
      try {
        const flag = flagKey === asked ? found : find(flagKey);
        if (flag !== undefined && fits(fallback, flag)) return serve(flag, context).value as T;
        onFault?.(flagKey, flag === undefined ? 'FLAG_NOT_FOUND' : 'TYPE_MISMATCH', null);
      } catch (error) {
        faultOf(flagKey, error);
      }
      return fallback;
    },
  };
}

function counted(outcome: Outcome): Outcome {
  outcome.n += 1;
  return outcome;
}

function fits(fallback: unknown, { valueType }: CompiledFlag): boolean {
  return fallback === null || fallback === undefined || typeof fallback === valueType;
}

/** Callers in plain JavaScript pass anything. */
function shown(flagKey: unknown): string {
  return typeof flagKey === 'string' ? `'${flagKey.slice(0, 128)}'` : `of type ${typeof flagKey}`;
}
