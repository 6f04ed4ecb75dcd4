import type { MembershipDefinition, SegmentDefinition, SegmentRuleDefinition } from '@glidepath/core/definition';
import { allOf, conjunctionsOf, type Expression, exists, inSegment, not } from './expression.ts';
import { Untranslatable, unlessUntranslatable } from './imported.ts';
import { conditionOf, kindOf, referenceOf } from './launchdarkly-conditions.ts';
import type { Members, Project, Segment, Shared } from './launchdarkly-shape.ts';
import { note, type Translation } from './launchdarkly-translation.ts';
import { listed } from './listed.ts';
import { textOf } from './reading.ts';
import { ruleIds } from './rule-ids.ts';

/** Segments that name others are made until no more of them fail. */
export function segmentsOf(all: Translation): readonly SegmentDefinition[] {
  const { project, names, failed } = all;
  for (let before = -1; before !== countOf(failed); ) {
    before = countOf(failed);
    for (const environment of names.keys())
      for (const one of segmentsIn(project, environment)) tryOut(all, one, environment);
  }
  const made = new Map<string, SegmentDefinition>();
  for (const shared of project.segments) addSegment(all, shared, made);
  return [...made.values()];
}

function addSegment(all: Translation, { key: theirs, raw }: Shared, made: Map<string, SegmentDefinition>): void {
  const { project, names, failed, segmentKey } = all;
  const key = segmentKey(theirs);
  const name = textOf(raw['name'], key);
  const environments: Record<string, MembershipDefinition> = {};
  for (const [environment, ours] of names) {
    const segment = segmentsIn(project, environment).find((one) => one.key === theirs);
    if (segment === undefined || failed.get(environment)?.has(theirs)) continue;
    const { whole, others } = membershipOf(all, segment, environment);
    environments[ours] = whole;
    if (others !== null) addOthers(made, segmentKey(`${theirs}--others`), ours, others);
  }
  made.set(key, { key, ...(name !== key && name !== '' && { name: name.slice(0, 256) }), environments });
}

const countOf = (failed: Translation['failed']): number =>
  [...failed.values()].reduce((sum, { size }) => sum + size, 0);
const segmentsIn = (project: Project, environment: string): readonly Segment[] =>
  project.environments.get(environment)?.segments ?? [];

function addOthers(made: Map<string, SegmentDefinition>, key: string, ours: string, one: MembershipDefinition): void {
  made.set(key, { key, environments: { ...made.get(key)?.environments, [ours]: one } });
}

function tryOut(all: Translation, segment: Segment, environment: string): void {
  const failed = all.failed.get(environment) ?? new Set();
  all.failed.set(environment, failed);
  if (failed.has(segment.key)) return;
  unlessUntranslatable<unknown>(
    () => membershipOf(all, segment, environment),
    (reason) => {
      failed.add(segment.key);
      const done = 'nobody is in it, and flags that ask for it are off';
      const named = {
        kind: 'segment',
        key: all.segmentKey(segment.key),
        environment: all.names.get(environment) ?? null,
      } as const;
      note(all, { ...named, severity: 'left-out', reason, done });
    },
  );
}

interface Membership {
  readonly whole: MembershipDefinition;
  /** Whoever is not included by name: a segment of its own where somebody is both included and excluded. */
  readonly others: MembershipDefinition | null;
}

/** There, included wins over excluded; here it is the other way round. */
function membershipOf(all: Translation, segment: Segment, environment: string): Membership {
  if (segment.isBig) throw new Untranslatable('it is a big segment, whose members are not in the export');
  const included = joined(segment.included, []);
  const excluded = joined(segment.excluded, included);
  const ids = ruleIds(segment.rules.map(({ id }) => id));
  const rules = segment.rules.flatMap((rule, index) => segmentRulesOf(all, rule, ids(index), environment));
  const kinds = new Set([...included, ...excluded].map(({ contextKind }) => contextKind));
  const isApart = included.length > 0 && excluded.length > 0 && kinds.size > 1;
  if (!isApart)
    return {
      whole: { ...listed('included', included), ...listed('excluded', excluded), ...listed('rules', rules) },
      others: null,
    };
  const others = all.segmentKey(`${segment.key}--others`);
  const [clauses = []] = conjunctionsOf(inSegment(others));
  return {
    whole: { included, rules: [{ id: 'others', clauses }] },
    others: { excluded, ...listed('rules', rules) },
  };
}

function joined(lists: readonly Members[], without: readonly { contextKind: string; keys: readonly string[] }[]) {
  const kinds = [...new Set(lists.map(({ kind }) => kind))];
  return kinds
    .map((contextKind) => {
      const taken = new Set(without.find((list) => list.contextKind === contextKind)?.keys);
      const keys = lists.filter(({ kind }) => kind === contextKind).flatMap((list) => list.keys);
      return { contextKind, keys: [...new Set(keys)].filter((key) => key !== '' && !taken.has(key)) };
    })
    .filter(({ keys }) => keys.length > 0);
}

function segmentRulesOf(
  all: Translation,
  { clauses, weight, by }: Segment['rules'][number],
  id: string,
  environment: string,
): readonly SegmentRuleDefinition[] {
  const condition = allOf(...clauses.map((clause) => conditionOf(all, clause, environment)));
  const made = (suffix: string, expression: Expression, how: Partial<SegmentRuleDefinition>) =>
    conjunctionsOf(expression).map((list, index) => ({
      id: `${id}${suffix}${index === 0 ? '' : `-${index + 1}`}`,
      clauses: list,
      ...how,
    }));
  if (weight === null) return made('', condition, {});
  const attribute = referenceOf(by);
  const isUsual = by.kind === 'user' && attribute === 'key';
  const share = Math.max(0, Math.min(100_000, Math.round(weight)));
  const keyless = allOf(condition, not(exists(attribute, kindOf(by.kind))));
  return [
    ...(share > 0 ? made('-keyless', keyless, {}) : []),
    ...made('', condition, { share, ...(!isUsual && { by: { contextKind: by.kind, attribute } }) }),
  ];
}
