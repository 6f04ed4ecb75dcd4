import { type ContextInput, openEnvironment, SCHEMA } from '@glidepath/core';

/** A flag that anybody gets: what it answers tells of nothing but the context. */
const PROBE = {
  kind: 'flag',
  key: 'probe',
  rev: 1,
  body: {
    schema: SCHEMA,
    type: 'boolean',
    variations: [{ key: 'on', value: true }],
    on: true,
    salt: 'probe',
    off: 0,
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { variation: 0 },
  },
} as const;

/** Asks the evaluator itself what is wrong with a context, whichever flags there are; null = nothing. */
export function createProbe(): (context: ContextInput) => string | null {
  const environment = openEnvironment([PROBE], {});
  return (context) => {
    const { reason } = environment.evaluate(PROBE.key, context, null);
    return reason.kind === 'ERROR' ? reason.message : null;
  };
}
