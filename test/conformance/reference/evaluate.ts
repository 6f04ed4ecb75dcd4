import type { FlagBody, FlagItem } from '@glidepath/core';
import type { Expected } from '../case.ts';
import { readSubject, type Subject } from './contexts.ts';
import type { Environment, Known } from './definitions.ts';
import { Failure } from './failure.ts';
import type { Parts } from './parts.ts';
import type { Served } from './steps.ts';

/** One question on its way through the order. */
export interface Visit {
  readonly parts: Parts;
  readonly environment: Environment;
  readonly flag: Known<FlagItem> | undefined;
  readonly body: FlagBody;
  readonly subject: Subject;
  /** Why the context cannot be read: told by the step that asks. */
  readonly contextFailure: Failure | null;
  /** Null for a prerequisite: nobody passed one. */
  readonly fallback: { readonly value: unknown } | null;
  /** Goes where a reference leads, unless it has been there or is too deep. */
  following<T>(id: string, run: () => T): T;
  /** The same question about another flag. */
  about(key: string): Visit;
}

/** The answer of the definition, step by step, however slow. */
export function evaluate(
  parts: Parts,
  environment: Environment,
  flagKey: string,
  context: unknown,
  fallback: unknown,
): Expected {
  const flag = environment.flags.get(flagKey);
  const flagVersion = flag?.item.rev ?? null;
  try {
    const { variation: index, reason } = decide(visitOf(parts, environment, flagKey, context, { value: fallback }));
    const variation = flag?.item.body.variations[index];
    if (variation === undefined) throw new Failure('MALFORMED_FLAG');
    return { value: variation.value, variation: variation.key, flagVersion, reason };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { value: fallback, variation: null, flagVersion, reason: { kind: 'ERROR', errorKind: error.errorKind } };
  }
}

/** The first step that applies. */
export function decide(visit: Visit): Served {
  for (const step of visit.parts.order) {
    const served = step.decides(visit);
    if (served !== null) return served;
  }
  throw new Error('the last step of the order always decides');
}

function visitOf(
  parts: Parts,
  environment: Environment,
  flagKey: string,
  context: unknown,
  fallback: Visit['fallback'],
): Visit {
  const { subject, contextFailure } = readable(context, parts);
  const path = [`flag ${flagKey}`];
  const about = (key: string, asked: Visit['fallback']): Visit => {
    const flag = environment.flags.get(key);
    return {
      parts,
      environment,
      flag,
      // Where there is none, the first step says so.
      body: flag?.item.body as FlagBody,
      subject,
      contextFailure,
      fallback: asked,
      following(id, run) {
        if (path.includes(id) || path.length > parts.referenceDepth) throw new Failure('MALFORMED_FLAG');
        path.push(id);
        const result = run();
        path.pop();
        return result;
      },
      about: (other) => about(other, null),
    };
  };
  return about(flagKey, fallback);
}

function readable(context: unknown, parts: Parts): Pick<Visit, 'subject' | 'contextFailure'> {
  try {
    return { subject: readSubject(context, parts.keyOf), contextFailure: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { subject: new Map(), contextFailure: error };
  }
}
