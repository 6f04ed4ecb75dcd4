import type { ContextInput, Flag, FlagConfig, Json, SegmentConfig, Serve } from '@glidepath/core';
import { openEnvironment } from '@glidepath/core';
import {
  type ChangeFacts,
  canonicalAllocation,
  createFlag,
  createSegment,
  type EnvironmentView,
  flagBodyOf,
  segmentBodyOf,
  startingConfig,
} from '@glidepath/core/change';
import type {
  EnvironmentDefinition,
  FlagDefinition,
  MembershipDefinition,
  ServeDefinition,
} from '@glidepath/core/definition';
import { engines } from './clauses.ts';
import type { Imported } from './imported.ts';
import type { Fields } from './reading.ts';

// What the service makes of definitions, so that they are known to be right before they are sent.

const FACTS: ChangeFacts = { now: 0, actor: 'import', origin: 'import', newId: () => 'rule' };

export type Made =
  | { readonly flag: Flag; readonly problems: null }
  | { readonly flag: null; readonly problems: string };

/** What environments share of a flag, or what is wrong with it. */
export function flagFrom({
  environments: _,
  archived: __,
  links: ___,
  salt,
  jsonSchema: ____,
  ...said
}: FlagDefinition): Made {
  const made = createFlag(said, FACTS, engines);
  if (made.kind === 'refused') return { flag: null, problems: made.problems.map(({ detail }) => detail).join(' ') };
  const { flag } = made.document;
  return { flag: salt === undefined ? flag : { ...flag, salt }, problems: null };
}

/** One environment as it will be. */
export function viewOf(imported: Pick<Imported, 'flags' | 'segments'>, environment: string): EnvironmentView {
  const flags = imported.flags.flatMap((definition) => {
    const { flag } = flagFrom(definition);
    return flag === null
      ? []
      : [[flag.key, { flag, config: configFrom(flag, definition.environments?.[environment]) }] as const];
  });
  const segments = imported.segments.flatMap(({ key, environments }) => {
    const made = createSegment({ key }, FACTS);
    return made.kind === 'refused'
      ? []
      : [[key, { segment: made.document.segment, config: membershipFrom(environments?.[environment]) }] as const];
  });
  return { environment, flags: new Map(flags), segments: new Map(segments) };
}

function configFrom(flag: Flag, definition: EnvironmentDefinition | undefined): FlagConfig {
  if (definition === undefined) return startingConfig(flag);
  const { on, offVariation, prerequisites = [], targets = [], rules = [], fallthrough } = definition;
  return {
    on,
    killed: null,
    offVariation,
    prerequisites,
    targets,
    rules: rules.map(({ name = '', ...rule }) => ({ ...rule, name, serve: serveFrom(flag, rule.serve) })),
    fallthrough: serveFrom(flag, fallthrough),
  };
}

function serveFrom({ variations }: Flag, serve: ServeDefinition): Serve {
  if ('variation' in serve) return serve;
  const order = variations.map(({ key }) => key);
  return { split: { ...serve.split, allocation: canonicalAllocation(serve.split.weights, order) } };
}

function membershipFrom({ included = [], excluded = [], rules = [] }: MembershipDefinition = {}): SegmentConfig {
  return { included, excluded, rules: rules.map(({ name = '', ...rule }) => ({ ...rule, name })) };
}

/** What an application is answered there; undefined where there is no such flag, or it cannot be evaluated. */
export type Ours = (flag: string, context: Fields) => Json | undefined;

export function evaluatorOf({ flags, segments }: EnvironmentView): Ours {
  const items = [
    ...[...flags].map(
      ([key, { flag, config }]) => ({ kind: 'flag', key, rev: 1, body: flagBodyOf(flag, config) }) as const,
    ),
    ...[...segments].map(
      ([key, { segment, config }]) => ({ kind: 'segment', key, rev: 1, body: segmentBodyOf(segment, config) }) as const,
    ),
  ];
  const environment = openEnvironment(items, engines);
  return (flag, context) => environment.evaluate<Json | undefined>(flag, context as ContextInput, undefined).value;
}
