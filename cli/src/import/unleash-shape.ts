import type { Json } from '@glidepath/core';
import { Untranslatable } from './imported.ts';
import { type Fields, fieldsIn, fieldsOf, numberOf, textOf, textsIn } from './reading.ts';

/** A feature in one environment, as Unleash's SDKs get it. */
export interface Feature {
  readonly key: string;
  readonly isOn: boolean;
  readonly strategies: readonly Strategy[];
  readonly variants: readonly Variant[];
  readonly dependencies: readonly Dependency[];
}

export interface Strategy {
  readonly name: string;
  readonly title: string;
  readonly parameters: Fields;
  readonly constraints: readonly Constraint[];
  readonly segments: readonly number[];
  readonly variants: readonly Variant[];
}

export interface Constraint {
  readonly field: string;
  readonly operator: string;
  readonly values: readonly string[];
  readonly value: string;
  readonly isInverted: boolean;
  readonly ignoresCase: boolean;
}

export interface Variant {
  readonly name: string;
  readonly weight: number;
  readonly stickiness: string;
  readonly payload: Json | null;
  readonly overrides: readonly { readonly field: string; readonly values: readonly string[] }[];
}

export interface Dependency {
  readonly feature: string;
  readonly isOn: boolean;
  readonly variants: readonly string[];
}

export interface Group {
  readonly id: number;
  readonly name: string;
  readonly constraints: readonly Constraint[];
}

export interface Project {
  readonly features: readonly { readonly key: string; readonly raw: Fields; readonly tags: readonly string[] }[];
  /** By environment; the only one of what is for an SDK has no name. */
  readonly environments: ReadonlyMap<string, readonly Feature[]>;
  readonly segments: ReadonlyMap<number, Group>;
}

/** Reads exports of a project or of the whole, and what SDKs get. */
export function projectOf(documents: readonly unknown[]): Project {
  const parts = documents.map(fieldsOf);
  const all = (name: string) => parts.flatMap((part) => fieldsIn(part[name]));
  const features = all('features');
  if (features.length === 0) throw new Untranslatable('there is no feature in it');
  const settings = all('featureEnvironments');
  const names = [...new Set(settings.map((one) => textOf(one['environment'])))].filter((name) => name !== '');
  const environments =
    names.length === 0
      ? new Map([['', features.map(clientFeature)]])
      : new Map(names.map((name) => [name, features.flatMap((raw) => featuresIn(name, raw, all, names))]));
  const tags = all('featureTags');
  return {
    features: features.map((raw) => ({
      key: textOf(raw['name']),
      raw,
      tags: tags
        .filter((tag) => tag['featureName'] === raw['name'])
        .map((tag) => `${textOf(tag['tagType'], 'simple')}:${textOf(tag['tagValue'])}`.replace(/^simple:/, '')),
    })),
    environments,
    segments: new Map(
      all('segments')
        .map(groupOf)
        .map((group) => [group.id, group]),
    ),
  };
}

type All = (name: string) => readonly Fields[];

function featuresIn(environment: string, raw: Fields, all: All, names: readonly string[]): readonly Feature[] {
  const { name } = raw;
  const setting = all('featureEnvironments').find(
    (one) => one['featureName'] === name && one['environment'] === environment,
  );
  if (setting === undefined) return [];
  const isHere = (one: Fields) => one['featureName'] === name && textOf(one['environment'], names[0]) === environment;
  const strategies = all('featureStrategies').filter(isHere);
  const links = all('featureStrategySegments');
  const ofStrategy = (one: Fields): Fields => {
    const linked = links.filter((link) => link['featureStrategyId'] === one['id']).map((link) => link['segmentId']);
    return { ...one, name: one['name'] ?? one['strategyName'], segments: one['segments'] ?? linked };
  };
  const live = strategies.filter((one) => one['disabled'] !== true).sort((a, b) => orderOf(a) - orderOf(b));
  const dependencies = all('dependencies')
    .filter((one) => one['feature'] === name)
    .flatMap((one) => fieldsIn(one['dependencies']));
  return [
    clientFeature({
      name,
      enabled: setting['enabled'],
      variants: fieldsIn(setting['variants']).length > 0 ? setting['variants'] : raw['variants'],
      dependencies,
      // Where none is left of several, nobody gets it.
      strategies: strategies.length > 0 && live.length === 0 ? [{ name: 'disabled' }] : live.map(ofStrategy),
    }),
  ];
}

const orderOf = (strategy: Fields): number => numberOf(strategy['sortOrder']) ?? 0;

function clientFeature(raw: Fields): Feature {
  return {
    key: textOf(raw['name']),
    isOn: raw['enabled'] === true,
    strategies: fieldsIn(raw['strategies']).map((one) => ({
      name: textOf(one['name']),
      title: textOf(one['title']),
      parameters: fieldsOf(one['parameters']),
      constraints: fieldsIn(one['constraints']).map(constraintOf),
      segments: (Array.isArray(one['segments']) ? one['segments'] : []).map(Number),
      variants: fieldsIn(one['variants']).map(variantOf),
    })),
    variants: fieldsIn(raw['variants']).map(variantOf),
    dependencies: fieldsIn(raw['dependencies']).map((one) => ({
      feature: textOf(one['feature']),
      isOn: one['enabled'] !== false,
      variants: textsIn(one['variants']),
    })),
  };
}

function constraintOf(raw: Fields): Constraint {
  const trimmed = textsIn(raw['values'])
    .filter((value) => value !== '')
    .map((value) => value.trim());
  return {
    field: textOf(raw['contextName']),
    operator: textOf(raw['operator']),
    values: trimmed,
    value: String(raw['value'] ?? ''),
    isInverted: raw['inverted'] === true,
    ignoresCase: raw['caseInsensitive'] === true,
  };
}

function variantOf(raw: Fields): Variant {
  return {
    name: textOf(raw['name']),
    weight: numberOf(raw['weight']) ?? 0,
    stickiness: textOf(raw['stickiness']),
    payload: (raw['payload'] ?? null) as Json | null,
    overrides: fieldsIn(raw['overrides']).map((one) => ({
      field: textOf(one['contextName']),
      values: textsIn(one['values']),
    })),
  };
}

function groupOf(raw: Fields): Group {
  return {
    id: numberOf(raw['id']) ?? -1,
    name: textOf(raw['name']),
    constraints: fieldsIn(raw['constraints']).map(constraintOf),
  };
}
