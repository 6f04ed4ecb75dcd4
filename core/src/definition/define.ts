import { isSame } from '../change/same.ts';
import { variationKeys } from '../change/weights.ts';
import { canonicalAllocation } from '../evaluate/allocate.ts';
import type { Flag, FlagConfig, MemberList, Rule, Segment, SegmentConfig, Serve } from '../model/model.ts';
import type {
  EnvironmentDefinition,
  FlagDefinition,
  MembershipDefinition,
  PlanDefinition,
  SegmentDefinition,
  ServeDefinition,
} from './definition.ts';
import { type DrivenPlace, isOfRollout } from './driven.ts';
import { SAID_OF_FLAG, type SaidOfFlag, USUAL } from './fields.ts';

/** A flag with all that it does, environment by environment. */
export interface FlagState {
  readonly flag: Flag;
  readonly configs: ReadonlyMap<string, FlagConfig>;
  /** What rollouts drive now, by environment. */
  readonly driven: ReadonlyMap<string, readonly DrivenPlace[]>;
  /** How releases go, by environment; absent where nothing is said of it. */
  readonly plans: ReadonlyMap<string, PlanDefinition>;
}

export interface SegmentState {
  readonly segment: Segment;
  readonly configs: ReadonlyMap<string, SegmentConfig>;
}

/** A flag as a file says it, without what goes without saying. Where a rollout drives, what was there before it. */
export function defineFlag({ flag, configs, driven, plans }: FlagState): FlagDefinition {
  const { key, type, archivedAt } = flag;
  const said = SAID_OF_FLAG.filter((field) => !isUsual(flag, field)).map((field) => [field, flag[field]] as const);
  return {
    key,
    type,
    ...Object.fromEntries(said),
    ...(archivedAt === null ? {} : { archived: true }),
    environments: Object.fromEntries(
      [...configs].map(([environment, config]) => [
        environment,
        { ...defineConfig(flag, config, driven.get(environment) ?? []), ...definePlan(plans.get(environment)) },
      ]),
    ),
  };
}

const definePlan = (plan: PlanDefinition | undefined) => (plan === undefined ? {} : { plan });

/** Variations are always written: whoever reads the file wants to know what is served. */
function isUsual(flag: Flag, field: SaidOfFlag): boolean {
  return field !== 'variations' && isSame(flag[field], USUAL[field](flag));
}

function defineConfig(flag: Flag, config: FlagConfig, driven: readonly DrivenPlace[]): EnvironmentDefinition {
  const { on, offVariation, prerequisites, targets } = config;
  const servedAt = (at: string, serve: Serve) => driven.find((place) => place.at === at)?.before ?? serve;
  const rules = config.rules.filter((rule) => !isOfRollout(rule));
  return {
    on,
    offVariation,
    ...(prerequisites.length === 0 ? {} : { prerequisites }),
    ...(targets.length === 0 ? {} : { targets }),
    ...(rules.length === 0
      ? {}
      : { rules: rules.map((rule) => defineRule(rule, defineServe(flag, servedAt(rule.id, rule.serve)))) }),
    fallthrough: defineServe(flag, servedAt('fallthrough', config.fallthrough)),
  };
}

function defineRule({ id, name, clauses }: Rule, serve: ServeDefinition) {
  return { id, ...(name === '' ? {} : { name }), clauses, serve };
}

/** The allocation is written only where percentages alone would lead to another. */
function defineServe(flag: Flag, serve: Serve): ServeDefinition {
  if ('variation' in serve) return serve;
  const { weights, by, salt, allocation } = serve.split;
  const isPlain = isSame(allocation, canonicalAllocation(weights, variationKeys(flag)));
  return {
    split: {
      weights,
      ...(by === undefined ? {} : { by }),
      ...(salt === undefined ? {} : { salt }),
      ...(isPlain ? {} : { allocation }),
    },
  };
}

/** As many keys of one segment and environment as are written into a definition; more are left to the service. */
const MOST_MEMBERS = 1_000;

export function defineSegment({ segment, configs }: SegmentState): SegmentDefinition {
  const { key, name, description } = segment;
  return {
    key,
    ...(name === key ? {} : { name }),
    ...(description === '' ? {} : { description }),
    environments: Object.fromEntries(
      [...configs].map(([environment, config]) => [environment, defineMembership(config)]),
    ),
  };
}

function defineMembership({ included, excluded, rules }: SegmentConfig): MembershipDefinition {
  const members = sizeOf(included) + sizeOf(excluded);
  return {
    ...(members === 0 || members > MOST_MEMBERS ? {} : { included, excluded }),
    ...(rules.length === 0
      ? {}
      : { rules: rules.map(({ name, ...rule }) => (name === '' ? rule : { ...rule, name })) }),
  };
}

const sizeOf = (lists: readonly MemberList[]): number => lists.reduce((sum, { keys }) => sum + keys.length, 0);
