import { type Json, murmur3 } from '@glidepath/core';
import { RE2JS } from 're2js';
import type { Deal, Evaluator } from './imported.ts';
import { type Fields, fieldsOf } from './reading.ts';
import type { Constraint, Dependency, Feature, Project, Strategy, Variant } from './unleash-shape.ts';
import { compareVersions, readVersion } from './versions.ts';

interface Visit {
  readonly features: ReadonlyMap<string, Feature>;
  readonly segments: Project['segments'];
  readonly context: Fields;
  readonly deal: Deal;
}

/** What a feature comes to: whether it is on, and the variant of the strategy that says so. */
interface Found {
  readonly isOn: boolean;
  readonly variant: Variant | null;
}

/** Answers what Unleash's SDKs answer: `isEnabled`, or `getVariant` where there are variants. */
export function unleashEvaluator(given: readonly Feature[], segments: Project['segments']): Evaluator {
  const features = new Map(given.map((feature) => [feature.key, feature]));
  return {
    flags: [...features.keys()],
    evaluate(key, context, deal) {
      const feature = features.get(key);
      if (feature === undefined) return undefined;
      const visit = { features, segments, context, deal };
      return hasVariants(feature) ? variantAnswer(feature, visit) : foundBy(feature, visit).isOn;
    },
  };
}

export const hasVariants = ({ variants, strategies }: Feature): boolean =>
  variants.length > 0 || strategies.some((strategy) => strategy.variants.length > 0);

/** As an application gets it. */
export function answerOf(isOn: boolean, variant: Variant | null): Json {
  if (variant === null) return { name: 'disabled', enabled: false, feature_enabled: isOn };
  const { name, payload } = variant;
  return { name, enabled: true, feature_enabled: isOn, ...(payload !== null && { payload }) };
}

function variantAnswer(feature: Feature, visit: Visit): Json {
  const { isOn, variant } = foundBy(feature, visit);
  return answerOf(isOn, isOn ? (variant ?? chosen(feature.variants, feature.key, '', visit)) : null);
}

function foundBy(feature: Feature, visit: Visit): Found {
  const off: Found = { isOn: false, variant: null };
  if (!feature.dependencies.every((one) => isSatisfied(one, visit)) || !feature.isOn) return off;
  if (feature.strategies.length === 0) return { isOn: true, variant: null };
  const strategy = feature.strategies.find((one) => isTaken(one, feature.key, visit));
  if (strategy === undefined) return off;
  const { variants, parameters } = strategy;
  const [first] = variants;
  if (first === undefined) return { isOn: true, variant: null };
  const stickiness = first.stickiness === '' ? textParameter(parameters, 'stickiness') : first.stickiness;
  return { isOn: true, variant: chosen(variants, String(parameters['groupId']), stickiness, visit) };
}

function isSatisfied({ feature: key, isOn, variants }: Dependency, visit: Visit): boolean {
  const parent = visit.features.get(key);
  if (parent === undefined || parent.dependencies.length > 0) return false;
  const found = foundBy(parent, visit);
  if (!isOn || variants.length === 0) return found.isOn === isOn;
  const variant = found.isOn ? (found.variant ?? chosen(parent.variants, key, '', visit)) : null;
  return found.isOn && variants.includes(variant?.name ?? 'disabled');
}

function isTaken(strategy: Strategy, feature: string, visit: Visit): boolean {
  const groups = strategy.segments.map((id) => visit.segments.get(id));
  if (groups.includes(undefined)) return false;
  const constraints = [...strategy.constraints, ...groups.flatMap((group) => group?.constraints ?? [])];
  if (!constraints.every((one) => holds(one, visit.context) !== one.isInverted)) return false;
  return STRATEGIES[strategy.name]?.(strategy.parameters, feature, visit) ?? false;
}

type Taken = (parameters: Fields, feature: string, visit: Visit) => boolean;

const textParameter = (parameters: Fields, name: string): string => String(parameters[name] ?? '');

const gradual =
  (field: string): Taken =>
  (parameters, _feature, visit) => {
    const id = field === '' ? '?' : fieldValue(visit.context, field);
    return (
      id !== undefined &&
      id !== '' &&
      isAmong(Number(parameters['percentage']), textParameter(parameters, 'groupId'), id, visit)
    );
  };

const STRATEGIES: Readonly<Record<string, Taken>> = {
  default: () => true,
  userWithId: (parameters, _feature, { context }) =>
    textParameter(parameters, 'userIds')
      .split(/\s*,\s*/)
      .includes(fieldValue(context, 'userId') ?? '\0'),
  remoteAddress: (parameters, _feature, { context }) =>
    inNetwork(fieldValue(context, 'remoteAddress'), textParameter(parameters, 'IPs').split(/\s*,\s*/)),
  flexibleRollout(parameters, feature, visit) {
    const { context } = visit;
    const stickiness = textParameter(parameters, 'stickiness') || 'default';
    const isLoose = stickiness === 'default' || stickiness === 'random';
    const usual =
      stickiness === 'random' ? undefined : fieldValue(context, 'userId') || fieldValue(context, 'sessionId');
    const id = isLoose ? usual || '?' : fieldValue(context, stickiness);
    if (id === undefined || id === '') return false;
    return isAmong(Number(parameters['rollout']), textParameter(parameters, 'groupId') || feature, id, visit);
  },
  gradualRolloutUserId: gradual('userId'),
  gradualRolloutSessionId: gradual('sessionId'),
  gradualRolloutRandom: gradual(''),
};

function isAmong(percent: number, group: string, id: string, { deal }: Visit): boolean {
  if (!(percent > 0) || percent >= 100) return percent >= 100;
  return deal(2, () => (placeOf(group, id, 100, 0) <= percent ? 1 : 0)) === 1;
}

const VARIANT_SEED = 86_028_157;

/** From 1 to `whole`. */
function placeOf(group: string, id: string, whole: number, seed: number): number {
  return ((murmur3(`${group}:${id}`, seed) >>> 0) % whole) + 1;
}

function chosen(variants: readonly Variant[], group: string, given: string, visit: Visit): Variant | null {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0) return null;
  const { context, deal } = visit;
  const overriding = variants.find(({ overrides }) =>
    overrides.some(({ field, values }) => values.includes(fieldValue(context, field) ?? '\0')),
  );
  if (overriding !== undefined) return overriding;
  const stickiness = given || variants[0]?.stickiness || 'default';
  const fields = stickiness === 'default' ? ['userId', 'sessionId', 'remoteAddress'] : [stickiness];
  const id = fields.map((field) => fieldValue(context, field)).find((value) => value !== undefined && value !== '');
  const possible = variants.filter(({ weight }) => weight > 0);
  if (possible.length === 1) return possible[0] ?? null;
  const theirs = () => {
    const target = placeOf(group, id ?? '?', total, VARIANT_SEED);
    let sum = 0;
    return possible.findIndex(({ weight }) => {
      sum += weight;
      return sum >= target;
    });
  };
  return possible[deal(possible.length, theirs)] ?? null;
}

function fieldValue(context: Fields, field: string): string | undefined {
  const value = context[field] ?? fieldsOf(context['properties'])[field];
  return value === undefined || value === null ? undefined : String(value);
}

function holds(constraint: Constraint, context: Fields): boolean {
  const { field, operator, values, value } = constraint;
  const given = fieldValue(context, field);
  if (operator === 'IN') return given !== undefined && values.includes(given);
  if (operator === 'NOT_IN') return given === undefined || !values.includes(given);
  if (given === undefined) return false;
  if (operator.startsWith('STR_')) return isText(constraint, given);
  if (operator.startsWith('NUM_')) return NUMBERS[operator]?.(Number(given) - Number(value)) ?? false;
  if (operator.startsWith('SEMVER_')) return isVersion(operator, given, value);
  if (operator === 'REGEX') return isMatch(constraint, given);
  return operator === 'IN_CIDR' && inNetwork(given, values);
}

const NUMBERS: Readonly<Record<string, (difference: number) => boolean>> = {
  NUM_EQ: (difference) => difference === 0,
  NUM_GT: (difference) => difference > 0,
  NUM_GTE: (difference) => difference >= 0,
  NUM_LT: (difference) => difference < 0,
  NUM_LTE: (difference) => difference <= 0,
};

function isText({ operator, values, ignoresCase }: Constraint, given: string): boolean {
  const folded = (text: string) => (ignoresCase ? text.toLocaleLowerCase() : text);
  const text = folded(given);
  return values.map(folded).some((value) => {
    if (operator === 'STR_STARTS_WITH') return text.startsWith(value);
    return operator === 'STR_ENDS_WITH' ? text.endsWith(value) : text.includes(value);
  });
}

function isVersion(operator: string, given: string, wanted: string): boolean {
  const isWhole = /^\d+\.\d+\.\d+/.test(given);
  const [one, other] = [readVersion(given), readVersion(wanted)];
  if (!isWhole || one === null || other === null) return false;
  return NUMBERS[operator.replace('SEMVER', 'NUM')]?.(compareVersions(one, other)) ?? false;
}

function isMatch({ value, ignoresCase }: Constraint, given: string): boolean {
  try {
    return RE2JS.compile(value, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0)
      .matcher(given)
      .find();
  } catch {
    return false;
  }
}

/** Of version 4; an address alone is a network of one. */
function inNetwork(given: string | undefined, blocks: readonly string[]): boolean {
  const address = addressOf(given ?? '');
  return blocks.some((block) => {
    const [start = '', bits = '32'] = block.split('/');
    const from = addressOf(start);
    if (address === null || from === null) return given === block;
    const size = 2 ** (32 - Number(bits));
    return Math.floor(address / size) === Math.floor(from / size);
  });
}

function addressOf(text: string): number | null {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
