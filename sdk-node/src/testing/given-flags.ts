import { type ContextInput, type Engines, type Environment, openEnvironment } from '@glidepath/core';
import { constantItem, type NormalizedContext, readableContext, unknownFlag } from '@glidepath/core/sdk';

/** A value, or how to find it for a context. */
export interface GivenFlag {
  readonly value: unknown;
  readonly rev: number;
}

type ValueOf = (context: NormalizedContext) => unknown;

/** No flag that is made of values has a pattern. */
const engines: Engines = { matches: () => () => false };

/** An environment that serves what a test gives. Asked for another flag it throws, unless it is told not to. */
export function givenEnvironment(flags: ReadonlyMap<string, GivenFlag>, isStrict: boolean): Environment {
  const constants = openEnvironment(
    [...flags].map(([key, { value, rev }]) => constantItem(key, isFunction(value) ? null : value, rev, true)),
    engines,
  );
  // Objects that a function answers again are the same ones again, as long as nothing is set.
  const known = new Map<string, Environment>();

  const constantOf = (key: string, value: unknown, rev: number): Environment => {
    const name = JSON.stringify([key, value]);
    const before = known.get(name);
    if (before !== undefined) return before;
    const environment = openEnvironment([constantItem(key, value, rev, true)], engines);
    known.set(name, environment);
    return environment;
  };

  /** Where the flag serves its value for this context. */
  const at = (key: string, context: ContextInput): Environment => {
    const flag = flags.get(key);
    if (flag === undefined) {
      if (isStrict) throw new Error(unknownFlag(key, flags.keys()));
      return constants;
    }
    const { value, rev } = flag;
    return isFunction(value) ? constantOf(key, value(readableContext(context)), rev) : constants;
  };

  return {
    ...constants,
    evaluate: (key, context, fallback) => at(key, context).evaluate(key, context, fallback),
    value: (key, context, fallback) => at(key, context).value(key, context, fallback),
  };
}

function isFunction(value: unknown): value is ValueOf {
  return typeof value === 'function';
}
