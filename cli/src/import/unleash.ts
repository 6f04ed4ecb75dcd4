import { isSame } from '@glidepath/core/change';
import type { EnvironmentDefinition, FlagDefinition } from '@glidepath/core/definition';
import { rulesFrom } from './branches.ts';
import { ALWAYS } from './expression.ts';
import { type System, Untranslatable, unlessUntranslatable } from './imported.ts';
import { listed } from './listed.ts';
import { exportOf, keyedBy } from './project-export.ts';
import { fieldsOf, isFields, textOf } from './reading.ts';
import { taken, wordsOf } from './taken.ts';
import { answerOf, hasVariants, unleashEvaluator } from './unleash-evaluate.ts';
import { type Place, type Translation, variationOf } from './unleash-place.ts';
import { type Feature, type Project, projectOf, type Strategy } from './unleash-shape.ts';
import { branchesOf, served } from './unleash-strategies.ts';
import { type Named, variationsOf } from './variations.ts';

export const unleash: System = {
  name: 'Unleash',
  takes: 'an export of a project, of /api/admin/state/export, or the answer of /api/client/features',
  read(documents) {
    const project = projectOf(documents);
    return exportOf<Feature, Project>(project, {
      flagFor,
      evaluatorOf: (features) => unleashEvaluator(features, project.segments),
      contextOf: ({ userId, properties, ...fields }) => ({ ...fieldsOf(properties), ...fields, ...keyedBy(userId) }),
    });
  },
};

function flagFor(all: Translation, { key: name, raw, tags }: Project['features'][number]): readonly FlagDefinition[] {
  const key = all.keyOf(name);
  const inAll = [...all.names].flatMap(([environment, ours]) => {
    const feature = all.project.environments.get(environment)?.find((one) => one.key === name);
    return feature === undefined ? [] : [{ environment, ours, feature }];
  });
  const isArchived = raw['archived'] === true || typeof raw['archivedAt'] === 'string';
  return taken({ name, key, isArchived }, all.notes, () => {
    const variations = variationsOf(valuesOf(inAll.map(({ feature }) => feature)));
    if (variations.type === 'json')
      all.notes.push({
        severity: 'told',
        kind: 'flag',
        key,
        environment: null,
        place: '',
        reason: 'it has variants',
        done: 'its values are what getVariant answers, as objects',
      });
    const environments = Object.fromEntries(
      inAll.map(({ environment, ours, feature }) => [ours, configOf({ all, feature, variations, environment })]),
    );
    return {
      key,
      type: variations.type,
      ...purposeOf(textOf(raw['type'])),
      ...wordsOf(textOf(raw['description']), tags),
      variations: variations.variations,
      environments,
    };
  });
}

function purposeOf(type: string): Pick<FlagDefinition, 'purpose'> {
  switch (type) {
    case 'experiment':
    case 'kill-switch':
    case 'operational':
    case 'permission':
      return { purpose: type };
    default:
      return {};
  }
}

/** `true` and `false`; or all that `getVariant` may answer. */
function valuesOf(features: readonly Feature[]): readonly Named[] {
  if (!features.some(hasVariants))
    return [
      { value: true, name: 'on' },
      { value: false, name: 'off' },
    ];
  const variants = features.flatMap((one) => [
    ...one.strategies.flatMap((strategy) => strategy.variants),
    ...one.variants,
  ]);
  const values = [
    ...variants.map((variant): Named => ({ value: answerOf(true, variant), name: variant.name })),
    { value: answerOf(true, null), name: 'on-without-variant' },
    { value: answerOf(false, null), name: 'disabled' },
  ];
  return values.filter(({ value }, index) => values.findIndex((other) => isSame(other.value, value)) === index);
}

function configOf(place: Place): EnvironmentDefinition {
  const { all, feature } = place;
  const offVariation = variationOf(place, false, null);
  const about = {
    kind: 'flag',
    key: all.keyOf(feature.key),
    environment: all.names.get(place.environment) ?? null,
  } as const;
  let isWhole = true;
  const attempt = <T>(where: string, make: () => T, otherwise: T): T =>
    unlessUntranslatable(make, (reason) => {
      isWhole = false;
      const severity = feature.isOn ? 'turned-off' : 'changed';
      const done = feature.isOn ? `off: serves ${offVariation} to all` : 'left out; it is off there too';
      all.notes.push({ ...about, severity, place: where, reason, done });
      return otherwise;
    });
  const prerequisites = attempt('dependencies', () => prerequisitesOf(place), []);
  const branches =
    feature.strategies.length === 0
      ? attempt('variants', () => served(place, { id: 'all', name: '', when: ALWAYS }, null), [])
      : feature.strategies.flatMap((strategy, index) =>
          attempt(placeOf(strategy, index), () => branchesOf(place, strategy, index), []),
        );
  const serving = attempt('strategies', () => rulesFrom(branches, { variation: offVariation }), {
    fallthrough: { variation: offVariation },
  });
  return {
    on: feature.isOn && isWhole && prerequisites !== null,
    offVariation,
    ...listed('prerequisites', prerequisites ?? []),
    ...serving,
  };
}

const placeOf = ({ name, title }: Strategy, index: number): string =>
  `strategy ${index + 1} (${title === '' ? name : title})`;

/** Null where one can never be met, so that the flag is off for all. */
function prerequisitesOf({ all, feature, environment }: Place): EnvironmentDefinition['prerequisites'] | null {
  const features = all.project.environments.get(environment) ?? [];
  const parents = feature.dependencies.map((one) => ({
    ...one,
    parent: features.find(({ key }) => key === one.feature),
  }));
  if (parents.some(({ parent }) => parent === undefined || parent.dependencies.length > 0)) return null;
  return parents.map(({ parent, isOn, variants }) => {
    if (!isOn || parent === undefined)
      throw new Untranslatable(`it needs ${parent?.key} to be off, which no prerequisite says`);
    const values = valuesOf(
      [...all.names.keys()].flatMap(
        (name) => all.project.environments.get(name)?.filter(({ key }) => key === parent.key) ?? [],
      ),
    );
    const { keys } = variationsOf(values);
    const fitting = keys.filter((_, index) => {
      const value = values[index]?.value;
      if (!isFields(value)) return value === true;
      return value['feature_enabled'] === true && (variants.length === 0 || variants.includes(String(value['name'])));
    });
    if (fitting.length === 0) throw new Untranslatable(`it needs a variant that ${parent.key} does not have`);
    return { flag: all.keyOf(parent.key), variations: fitting };
  });
}
