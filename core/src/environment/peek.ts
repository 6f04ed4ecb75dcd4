import { readContext } from '../evaluate/context.ts';
import { decide } from '../evaluate/decide.ts';
import { createEvaluator, type Evaluator } from '../evaluate/evaluator.ts';
import { malformed } from '../evaluate/fault.ts';
import { type Outcome, resolutionOf } from '../evaluate/outcome.ts';
import { newVisit } from '../evaluate/visit.ts';
import type { ContextInput } from '../model/context.ts';
import type { Resolution } from '../model/resolution.ts';
import type { Environment } from './environment.ts';

/**
 * The same flags, looked at rather than served: what they answer is not counted, no fault is told, and a fallback of
 * another type than the flag's is no fault.
 */
export function quiet(environment: Environment): Evaluator {
  const loud = createEvaluator(environment);
  const evaluate = <T>(key: string, context: ContextInput, fallback: T): Resolution<T> => {
    try {
      const { outcome, position } = reached(environment, key, context);
      return resolutionOf(outcome, position) as Resolution<T>;
    } catch {
      // It says what is wrong; and counts nothing, because that is.
      return loud.evaluate(key, context, fallback);
    }
  };
  return { evaluate, value: (key, context, fallback) => evaluate(key, context, fallback).value };
}

/** Undoes that an evaluation was counted, because the caller did not get what it answered. */
export function takeBack(environment: Environment, key: string, context: ContextInput): void {
  try {
    reached(environment, key, context).outcome.n -= 1;
  } catch {
    // What answers with a fault was not counted.
  }
}

interface Reached {
  readonly outcome: Outcome;
  readonly position: number;
}

/** Throws what is wrong with the flag or the context. */
function reached(environment: Environment, key: string, context: ContextInput): Reached {
  const flag = environment.flags.get(key)?.compiled();
  if (flag === undefined) throw malformed('there is none');
  if (flag.isSettled) return { outcome: flag.fallthrough.otherwise, position: 0 };
  const visit = newVisit(environment);
  readContext(context, visit);
  return { outcome: decide(flag, visit), position: visit.position };
}
