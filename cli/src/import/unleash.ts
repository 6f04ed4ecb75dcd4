import { isSame } from '@glidepath/core/change';
import type { EnvironmentDefinition, FlagDefinition } from '@glidepath/core/definition';
import { rulesFrom } from './branches.ts';
import { ALWAYS } from './expression.ts';
import {
  type Export,
  type Imported,
  type Note,
  type System,
  Untranslatable,
  unlessUntranslatable,
} from './imported.ts';
import { listed } from './listed.ts';
import { newNamer } from './naming.ts';
import { fieldsOf, isFields, textOf } from './reading.ts';
import { answerOf, hasVariants, unleashEvaluator } from './unleash-evaluate.ts';
import { type Place, type Translation, variationOf } from './unleash-place.ts';
import { type Feature, type Project, projectOf, type Strategy } from './unleash-shape.ts';
import { branchesOf, served } from './unleash-strategies.ts';
import { type Named, variationsOf } from './variations.ts';

export const unleash: System = {
  name: 'Unleash',
  takes: 'an export of a project, of /api/admin/state/export, or the answer of /api/client/features',
  read(documents): Export {
    const project = projectOf(documents);
    const keyOf = newNamer();
    for (const { key } of project.features) keyOf(key);
    return {
      environments: [...project.environments.keys()].filter((name) => name !== ''),
      translate: (names) =>
        translated({ project, keyOf, segmentKey: newNamer(), names, notes: [], segments: new Map() }),
      evaluatorOf: (environment) => unleashEvaluator(project.environments.get(environment) ?? [], project.segments),
      contextOf: ({ userId, properties, ...fields }) => ({
        ...fieldsOf(properties),
        ...fields,
        ...(userId !== undefined && userId !== null && userId !== '' && { key: String(userId) }),
      }),
      keyOf,
    };
  },
};

function translated(all: Translation): Imported {
  const flags = all.project.features.flatMap((one) => flagFor(all, one));
  return { flags, segments: [...all.segments.values()], notes: all.notes };
}

function flagFor(all: Translation, { key: theirs, raw, tags }: Project['features'][number]): readonly FlagDefinition[] {
  const key = all.keyOf(theirs);
  const note = (of: Pick<Note, 'severity' | 'reason' | 'done'>) =>
    void all.notes.push({ kind: 'flag', key, environment: null, place: '', ...of });
  if (raw['archived'] === true || typeof raw['archivedAt'] === 'string') {
    note({ severity: 'left-out', reason: 'it is archived there', done: 'not imported' });
    return [];
  }
  const inAll = [...all.names].flatMap(([environment, ours]) => {
    const feature = all.project.environments.get(environment)?.find((one) => one.key === theirs);
    return feature === undefined ? [] : [{ environment, ours, feature }];
  });
  return unlessUntranslatable<readonly FlagDefinition[]>(
    () => {
      const variations = variationsOf(valuesOf(inAll.map(({ feature }) => feature)));
      if (key !== theirs)
        note({
          severity: 'changed',
          reason: `there it is called ${theirs}, which is not allowed here or taken but for upper and lower case`,
          done: 'applications have to ask for the key that it has here',
        });
      if (variations.type === 'json')
        note({
          severity: 'told',
          reason: 'it has variants',
          done: 'its values are what getVariant answers, as objects',
        });
      const environments = Object.fromEntries(
        inAll.map(({ environment, ours, feature }) => [ours, configOf({ all, feature, variations, environment })]),
      );
      const description = textOf(raw['description']).slice(0, 10_000);
      return [
        {
          key,
          type: variations.type,
          ...(description !== '' && { description }),
          ...purposeOf(textOf(raw['type'])),
          ...listed('tags', [...new Set(tags)].filter((tag) => tag !== '' && tag.length <= 64).slice(0, 50)),
          variations: variations.variations,
          environments,
        },
      ];
    },
    (reason) => {
      note({ severity: 'left-out', reason, done: 'not imported' });
      return [];
    },
  );
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
