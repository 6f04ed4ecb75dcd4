import type { Json } from '@glidepath/core';
import { Untranslatable } from './imported.ts';
import { checkWhole } from './pages.ts';
import { type Fields, fieldsIn, fieldsOf, isFields, listOf, membersOf, numberOf, textOf } from './reading.ts';

/** A feature in one environment, as GrowthBook's SDKs get it. */
export interface Feature {
  readonly key: string;
  /** Whether SDKs get it at all. */
  readonly isOn: boolean;
  readonly value: Json;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly id: string;
  readonly condition: Fields;
  readonly parents: readonly Parent[];
  /** Values, of which one is dealt; a single one is forced. */
  readonly values: readonly Json[];
  readonly isForced: boolean;
  /** Widths of all people that each value gets; what is left goes on to the next rule. Null = everybody is forced. */
  readonly widths: readonly number[] | null;
  /** Where each begins among all people. */
  readonly starts: readonly number[];
  readonly attribute: string;
  readonly seed: string;
  readonly hashVersion: number;
  /** What cannot be read here. */
  readonly fault: string | null;
}

export interface Parent {
  readonly key: string;
  readonly condition: Fields;
  readonly isGate: boolean;
}

export interface Project {
  readonly features: readonly { readonly key: string; readonly raw: Fields }[];
  readonly environments: ReadonlyMap<string, readonly Feature[]>;
  readonly groups: Fields;
}

/** Reads the API's list of features, or what SDKs get. */
export function projectOf(documents: readonly unknown[]): Project {
  const parts = documents.map(fieldsOf);
  const features = parts.flatMap(rawIn);
  if (features.length === 0) throw new Untranslatable('there is no feature in it');
  checkWhole(
    parts.map((part) => ({
      of: 'features',
      keys: rawIn(part).map(({ id }) => textOf(id)),
      total: numberOf(part['total']),
    })),
  );
  const names = [...new Set(features.flatMap((raw) => Object.keys(fieldsOf(raw['environments']))))];
  const environments =
    names.length === 0
      ? new Map([['', features.map((raw) => featureFrom(textOf(raw['id']), raw, true))]])
      : new Map(names.map((name) => [name, features.flatMap((raw) => featuresIn(name, raw))]));
  return {
    features: features.map((raw) => ({ key: textOf(raw['id']), raw })),
    environments,
    groups: Object.assign({}, ...parts.map((part) => fieldsOf(part['savedGroups']))),
  };
}

const rawIn = (part: Fields): readonly Fields[] =>
  isFields(part['features']) ? membersOf(part['features'], 'id') : fieldsIn(part['features'] ?? [part['feature']]);

function featuresIn(environment: string, raw: Fields): readonly Feature[] {
  const setting = fieldsOf(raw['environments'])[environment];
  if (!isFields(setting)) return [];
  const key = textOf(raw['id']);
  const isOn = setting['enabled'] !== false;
  const { definition } = setting;
  const whole = typeof definition === 'string' ? parsed(definition) : definition;
  if (isFields(whole)) return [featureFrom(key, whole, isOn)];
  const valueType = textOf(raw['valueType']);
  const value = typed(setting['defaultValue'] ?? raw['defaultValue'], valueType);
  const rules = fieldsIn(setting['rules'])
    .filter((rule) => rule['enabled'] !== false)
    .map((rule) => ofApi(rule, valueType));
  return [featureFrom(key, { defaultValue: value, rules }, isOn)];
}

/** A rule of the API, as the SDKs would get it. */
function ofApi(rule: Fields, valueType: string): Fields {
  const { condition: written } = rule;
  const condition = typeof written === 'string' && written.trim() !== '' ? parsed(written) : written;
  const shared = {
    id: rule['id'],
    condition,
    hashAttribute: rule['hashAttribute'],
    // Without its condition a rule would be for everybody.
    ...(condition === undefined && written !== undefined && { unreadable: 'its condition is no JSON' }),
    ...(listOf(rule['scheduleRules']).length > 0 && {
      unreadable: 'it depends on the time: use a scheduled change here',
    }),
    ...(listOf(rule['savedGroupTargeting']).length > 0 && {
      unreadable: 'it names saved groups, which SDKs get otherwise',
    }),
    ...(listOf(rule['prerequisites']).length > 0 && { unreadable: 'it has prerequisites of its own' }),
  };
  switch (rule['type']) {
    case 'force':
      return { ...shared, force: typed(rule['value'], valueType) };
    case 'rollout':
      return { ...shared, force: typed(rule['value'], valueType), coverage: rule['coverage'] };
    case 'experiment': {
      const values = fieldsIn(rule['values'] ?? rule['value']);
      const variations = values.map(({ value }) => typed(value, valueType));
      const weights = values.map(({ weight }) => weight);
      return { ...shared, key: rule['trackingKey'], coverage: rule['coverage'], variations, weights };
    }
    default:
      return { ...shared, unreadable: `a rule of the type ${String(rule['type'])} says its values elsewhere` };
  }
}

function typed(value: unknown, valueType: string): unknown {
  return typeof value !== 'string' || valueType === 'string' ? value : parsed(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function featureFrom(key: string, raw: Fields, isOn: boolean): Feature {
  const value = (raw['defaultValue'] ?? null) as Json;
  return { key, isOn, value, rules: fieldsIn(raw['rules']).map((rule) => ruleFrom(rule, key)) };
}

function ruleFrom(raw: Fields, key: string): Rule {
  const isForced = 'force' in raw;
  const values = isForced ? [raw['force'] as Json] : (listOf(raw['variations']) as readonly Json[]);
  return {
    id: textOf(raw['id']),
    condition: fieldsOf(raw['condition']),
    parents: fieldsIn(raw['parentConditions']).map((one) => ({
      key: textOf(one['id']),
      condition: fieldsOf(one['condition']),
      isGate: one['gate'] === true,
    })),
    values,
    isForced,
    widths: isForced ? widthOfForced(raw) : widthsOf(raw, values.length),
    starts: isForced ? [0] : startsOf(raw, values.length),
    attribute: textOf(raw['hashAttribute']) || 'id',
    seed: textOf(raw['seed']) || (isForced ? key : textOf(raw['key'], key)),
    hashVersion: numberOf(raw['hashVersion']) ?? 1,
    fault: faultOf(raw),
  };
}

function widthOfForced(raw: Fields): readonly number[] | null {
  const [from, to] = listOf(raw['range']).map(Number);
  if (from !== undefined && to !== undefined) return [to - from];
  const coverage = numberOf(raw['coverage']);
  return coverage === null ? null : [Math.min(1, Math.max(0, coverage))];
}

function widthsOf(raw: Fields, count: number): readonly number[] {
  const ranges = listOf(raw['ranges']).map(listOf);
  if (ranges.length > 0) return ranges.map(([from, to]) => Number(to) - Number(from));
  const coverage = Math.min(1, Math.max(0, numberOf(raw['coverage']) ?? 1));
  return weightsOf(raw, count).map((weight) => coverage * weight);
}

/** Each begins where it would if everybody were covered. */
function startsOf(raw: Fields, count: number): readonly number[] {
  const ranges = listOf(raw['ranges']).map(listOf);
  if (ranges.length > 0) return ranges.map(([from]) => Number(from));
  let sum = 0;
  return weightsOf(raw, count).map((weight) => {
    sum += weight;
    return sum - weight;
  });
}

function weightsOf(raw: Fields, count: number): readonly number[] {
  const weights = listOf(raw['weights']).map(Number);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const isRight = weights.length === count && sum >= 0.99 && sum <= 1.01;
  return Array.from({ length: count }, (_, index) => (isRight ? (weights[index] ?? 0) : 1 / count));
}

function faultOf(raw: Fields): string | null {
  if (typeof raw['unreadable'] === 'string') return raw['unreadable'];
  if (listOf(raw['filters']).length > 0 || listOf(raw['namespace']).length > 0)
    return 'it is in a namespace, which keeps experiments apart: nothing here does';
  if (fieldsIn(raw['meta']).some((one) => one['passthrough'] === true)) return 'it is a holdout';
  if (raw['contextualVariations'] !== undefined) return 'it is a bandit';
  const [from] = listOf(raw['range']);
  if (from !== undefined && from !== 0) return 'it takes people from the middle of all';
  return isFields(raw) && 'urlPatterns' in raw ? 'it looks at addresses of pages' : null;
}
