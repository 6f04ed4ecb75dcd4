import type { SegmentDefinition, ServeDefinition } from '@glidepath/core/definition';
import type { Branch } from './branches.ts';
import {
  ALWAYS,
  allOf,
  clauseOf,
  conjunctionsOf,
  type Expression,
  exists,
  inSegment,
  NEVER,
  not,
} from './expression.ts';
import { Untranslatable } from './imported.ts';
import { attributeOf, conditionOfAll, inNetworks, named, unknown } from './unleash-constraints.ts';
import { hasVariants } from './unleash-evaluate.ts';
import { type Place, type Translation, variationOf } from './unleash-place.ts';
import type { Strategy, Variant } from './unleash-shape.ts';
import { type Part, split } from './variations.ts';

type Where = Pick<Branch, 'id' | 'name' | 'when'>;

export function branchesOf(place: Place, strategy: Strategy, index: number): readonly Branch[] {
  const groups = strategy.segments.map((id) => segmentCondition(place.all, id));
  const condition = allOf(conditionOfAll(strategy.constraints), ...groups);
  const where: Where = { id: `strategy-${index + 1}`, name: strategy.title, when: condition };
  const rollout = rolloutOf(place, strategy);
  const isLast = index === place.feature.strategies.length - 1;
  if (rollout.percent >= 100 || rollout.attributes.length === 0)
    return served(place, { ...where, when: allOf(condition, rollout.when) }, strategy);
  // Nobody comes after the last: those whom its percentage leaves out are the others of a split.
  if (isLast && !hasVariants(place.feature)) {
    const parts = [
      { variation: variationOf(place, true, null), weight: rollout.percent },
      { variation: variationOf(place, false, null), weight: 100 - rollout.percent },
    ];
    return dealt(place, where, rollout, parts, variationOf(place, false, null));
  }
  const key = rolloutSegment(place, where.id, rollout);
  return served(place, { ...where, when: allOf(condition, inSegment(key)) }, strategy);
}

/** Who a strategy is for, besides its constraints. */
interface Rollout {
  readonly percent: number;
  /** What people are dealt by: the first that is known of them; empty where nobody is dealt. */
  readonly attributes: readonly string[];
  readonly salt: string;
  /** Where all or none are taken. */
  readonly when: Expression;
}

function rolloutOf({ all, feature, environment }: Place, { name, parameters }: Strategy): Rollout {
  const text = (parameter: string) => String(parameters[parameter] ?? '');
  const plain = (when: Expression): Rollout => ({ percent: 100, attributes: [], salt: '', when });
  const gradual = (field: string, percent: number, group: string): Rollout => {
    const isLoose = field === 'default' || field === 'random' || field === '';
    if (field === 'random' || field === '')
      all.notes.push({
        kind: 'flag',
        key: all.keyOf(feature.key),
        environment: all.names.get(environment) ?? null,
        place: 'stickiness',
        severity: 'told',
        reason: 'there, chance decides anew each time',
        done: 'dealt by the key: everybody keeps what they get',
      });
    const attributes = isLoose ? ['key', 'sessionId'] : [attributeOf(field)];
    if (!(percent > 0)) return plain(NEVER);
    if (percent >= 100) return plain(isLoose ? ALWAYS : exists(attributeOf(field)));
    return { percent, attributes, salt: group, when: ALWAYS };
  };
  switch (name) {
    case 'default':
      return plain(ALWAYS);
    case 'disabled':
      return plain(NEVER);
    case 'userWithId':
      return plain(named(text('userIds').split(/\s*,\s*/)));
    case 'remoteAddress':
      return plain(inNetworks('remoteAddress', text('IPs').split(/\s*,\s*/)));
    case 'flexibleRollout':
      return gradual(text('stickiness') || 'default', Number(parameters['rollout']), text('groupId') || feature.key);
    case 'gradualRolloutUserId':
      return gradual('userId', Number(parameters['percentage']), text('groupId'));
    case 'gradualRolloutSessionId':
      return gradual('sessionId', Number(parameters['percentage']), text('groupId'));
    case 'gradualRolloutRandom':
      return gradual('', Number(parameters['percentage']), text('groupId'));
    default:
      throw new Untranslatable(`there is no strategy like ${name} here`);
  }
}

/** What those get whom a strategy takes: its own variants, else those of the feature, else that it is on. */
export function served(place: Place, where: Where, strategy: Strategy | null): readonly Branch[] {
  const { feature } = place;
  const own = strategy?.variants ?? [];
  const variants = own.length > 0 ? own : feature.variants;
  const group = own.length > 0 ? String(strategy?.parameters['groupId'] ?? '') : feature.key;
  const parts = variants.map((variant) => ({ variation: variationOf(place, true, variant), weight: variant.weight }));
  if (!parts.some(({ weight }) => weight > 0))
    return [{ ...where, serve: { variation: variationOf(place, true, null) } }];
  const stickiness =
    variants[0]?.stickiness || (own.length > 0 && String(strategy?.parameters['stickiness'] ?? '')) || 'default';
  const isLoose = stickiness === 'default' || stickiness === 'random';
  const how = { attributes: isLoose ? ['key', 'sessionId'] : [attributeOf(stickiness)], salt: `${group}--variants` };
  return [...overridden(place, where, variants), ...dealt(place, where, how, parts, firstOf(parts))];
}

const firstOf = (parts: readonly Part[]): string => parts.find(({ weight }) => weight > 0)?.variation ?? '';

function overridden(place: Place, where: Where, variants: readonly Variant[]): readonly Branch[] {
  return variants.flatMap((variant, index) =>
    variant.overrides.map(
      ({ field, values }, count): Branch => ({
        id: `${where.id}-override-${index + 1}-${count + 1}`,
        name: where.name,
        when: allOf(where.when, clauseOf(attributeOf(field), 'in', values)),
        serve: { variation: variationOf(place, true, variant) },
      }),
    ),
  );
}

/** Dealt by the first attribute that is known of somebody; `without`: what those get of whom none is. */
function dealt(
  { feature, all }: Place,
  where: Where,
  { attributes, salt }: Pick<Rollout, 'attributes' | 'salt'>,
  parts: readonly Part[],
  without: string,
): readonly Branch[] {
  const serveBy = (attribute: string): ServeDefinition =>
    split(parts, {
      ...(attribute !== 'key' && { by: { contextKind: 'user', attribute } }),
      ...(salt !== '' && salt !== all.keyOf(feature.key) && { salt }),
    });
  const whole = serveBy(attributes[0] ?? 'key');
  if ('variation' in whole) return [{ ...where, serve: whole }];
  const [first = 'key', second] = attributes;
  return [
    {
      ...where,
      id: `${where.id}-unknown`,
      when: allOf(where.when, unknown(attributes)),
      serve: { variation: without },
    },
    ...(second === undefined
      ? []
      : [
          {
            ...where,
            id: `${where.id}-${second}`,
            when: allOf(where.when, not(exists(first))),
            serve: serveBy(second),
          },
        ]),
    { ...where, serve: whole },
  ];
}

/** A part of all people: here only segments are of a part, and leave the others to the next rule. */
function rolloutSegment(
  { all, feature, environment }: Place,
  id: string,
  { percent, attributes, salt }: Rollout,
): string {
  const key = all.segmentKey(`${feature.key}--${id}-${percent}`);
  const share = Math.round(percent * 1_000);
  const rules = attributes.map((attribute, index) => ({
    id: `by-${attribute}`,
    clauses: index === 0 ? [] : [{ attribute: attributes[0] ?? 'key', operator: 'exists', values: [], negate: true }],
    share,
    salt: salt === '' ? 'rollout' : salt,
    ...(attribute !== 'key' && { by: { contextKind: 'user', attribute } }),
  }));
  define(all, key, `${percent} % of ${feature.key}`.slice(0, 256), rules, [all.names.get(environment) ?? '']);
  return key;
}

function segmentCondition(all: Translation, id: number): Expression {
  const group = all.project.segments.get(id);
  if (group === undefined) return NEVER;
  const key = all.segmentKey(group.name === '' ? `segment-${id}` : group.name);
  const conjunctions = conjunctionsOf(conditionOfAll(group.constraints));
  define(
    all,
    key,
    group.name,
    conjunctions.map((clauses, index) => ({ id: `rule-${index + 1}`, clauses })),
  );
  return inSegment(key);
}

type SegmentRules = NonNullable<NonNullable<SegmentDefinition['environments']>[string]['rules']>;

function define(
  all: Translation,
  key: string,
  name: string,
  rules: SegmentRules,
  environments: readonly string[] = [...all.names.values()],
): void {
  const present = all.segments.get(key)?.environments;
  const added = Object.fromEntries(environments.map((ours) => [ours, { rules }]));
  all.segments.set(key, { key, ...(name !== '' && name !== key && { name }), environments: { ...present, ...added } });
}
