import type { Clause, FlagConfig, SegmentConfig, Serve } from '../model/model.ts';
import type { EnvironmentView } from './facts.ts';
import { code, counted } from './words.ts';

/** One place where something is used: which environment, which document, and where in it, in words. */
export interface Use {
  readonly environment: string;
  readonly kind: 'flag' | 'segment';
  readonly key: string;
  readonly where: string;
}

/** “`production`: fallthrough of flag `a`; …”, the first five. */
export function usesInWords(uses: readonly Use[]): string {
  const named = uses.slice(0, 5).map((use) => `${code(use.environment)}: ${use.where} of ${use.kind} ${code(use.key)}`);
  const rest = uses.length > 5 ? `; and ${counted(uses.length - 5, 'more place')}` : '';
  return `${named.join('; ')}${rest}`;
}

/** Where a variation of a flag is served, or satisfies a prerequisite. A share of 0 % is a use too. */
export function usesOfVariation(flag: string, variation: string, environments: readonly EnvironmentView[]): Use[] {
  return environments.flatMap(({ environment, flags }) =>
    [...flags].flatMap(([key, { config }]) => {
      const places = key === flag ? placesOfVariation(config, variation) : [];
      const needs = config.prerequisites.some(
        (needed) => needed.flag === flag && needed.variations.includes(variation),
      );
      return [...places, ...(needs ? ['prerequisites'] : [])].map((where) => useBy('flag', environment, key, where));
    }),
  );
}

function placesOfVariation(config: FlagConfig, variation: string): string[] {
  const rules = config.rules.flatMap((rule, index) => (serves(rule.serve, variation) ? [`rule ${index + 1}`] : []));
  return [
    ...(config.offVariation === variation ? ['off variation'] : []),
    ...(config.targets.some((target) => target.variation === variation) ? ['targets'] : []),
    ...rules,
    ...(serves(config.fallthrough, variation) ? ['fallthrough'] : []),
  ];
}

function serves(serve: Serve, variation: string): boolean {
  return 'variation' in serve ? serve.variation === variation : Object.hasOwn(serve.split.weights, variation);
}

/** Flags that need this flag. Archived ones do not count: their items leave the payload before its own does. */
export function dependantsOfFlag(flag: string, environments: readonly EnvironmentView[]): Use[] {
  return environments.flatMap(({ environment, flags }) =>
    [...flags]
      .filter(([, { flag: user, config }]) => user.archivedAt === null && needsFlag(config, flag))
      .map(([key]) => useBy('flag', environment, key, 'prerequisites')),
  );
}

function needsFlag(config: FlagConfig, flag: string): boolean {
  return config.prerequisites.some((needed) => needed.flag === flag);
}

/** A rule that names a segment. */
export interface SegmentUse extends Use {
  readonly ruleId: string;
  /** From 0. */
  readonly ruleIndex: number;
}

/** Rules of one environment: all that is looked at to find out who uses which segment. */
export interface RulesInEnvironment {
  readonly environment: string;
  readonly flags: ReadonlyMap<string, { readonly config: Pick<FlagConfig, 'rules'> }>;
  readonly segments: ReadonlyMap<string, { readonly config: Pick<SegmentConfig, 'rules'> }>;
}

/** Rules of flags and of other segments that name this segment. */
export function usersOfSegment(segment: string, environments: readonly RulesInEnvironment[]): readonly SegmentUse[] {
  return usersOfSegments(environments).get(segment) ?? [];
}

/** For every segment that is named anywhere the rules that name it, all found in one pass. */
export function usersOfSegments(
  environments: readonly RulesInEnvironment[],
): ReadonlyMap<string, readonly SegmentUse[]> {
  const users = new Map<string, SegmentUse[]>();
  for (const { environment, flags, segments } of environments) {
    for (const [kind, documents] of [['flag', flags] as const, ['segment', segments] as const]) {
      for (const [key, { config }] of documents) collect(users, useBy(kind, environment, key, ''), config.rules);
    }
  }
  return users;
}

function collect(
  users: Map<string, SegmentUse[]>,
  user: Use,
  rules: readonly { readonly id: string; readonly clauses: readonly Clause[] }[],
): void {
  for (const [ruleIndex, rule] of rules.entries()) {
    for (const segment of new Set(segmentsOf(rule.clauses))) {
      // A segment that names itself is not kept alive by that.
      if (user.kind === 'segment' && user.key === segment) continue;
      const use = { ...user, where: `rule ${ruleIndex + 1}`, ruleId: rule.id, ruleIndex };
      const known = users.get(segment);
      if (known === undefined) users.set(segment, [use]);
      else known.push(use);
    }
  }
}

/** Keys of the segments that clauses name. */
export function segmentsOf(clauses: readonly Clause[]): string[] {
  return clauses
    .filter((clause) => clause.operator === 'in-segment')
    .flatMap((clause) => clause.values.map((value) => String(value)));
}

function useBy(kind: Use['kind'], environment: string, key: string, where: string): Use {
  return { environment, kind, key, where };
}
