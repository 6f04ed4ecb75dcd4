import type { Json } from '@glidepath/core';
import { isSame } from '@glidepath/core/change';
import type { EnvironmentDefinition, FlagDefinition, SegmentDefinition } from '@glidepath/core/definition';
import { type Branch, rulesFrom } from './branches.ts';
import { allOf, exists, inSegment } from './expression.ts';
import { attributeOf, conditionOf } from './growthbook-conditions.ts';
import { growthBookEvaluator, isMet } from './growthbook-evaluate.ts';
import { type Feature, type Project, projectOf, type Rule } from './growthbook-shape.ts';
import {
  type EnvironmentNames,
  type Export,
  type Imported,
  type Note,
  type System,
  Untranslatable,
  unlessUntranslatable,
} from './imported.ts';
import { listed } from './listed.ts';
import { type Namer, newNamer } from './naming.ts';
import { textOf, textsIn } from './reading.ts';
import { ruleIds } from './rule-ids.ts';
import { split, type Variations, variationsOf } from './variations.ts';

export const growthBook: System = {
  name: 'GrowthBook',
  takes: 'the answer of GET /api/v1/features, or the features that SDKs get',
  read(documents): Export {
    const project = projectOf(documents);
    const keyOf = newNamer();
    for (const { key } of project.features) keyOf(key);
    return {
      environments: [...project.environments.keys()].filter((name) => name !== ''),
      translate: (names) =>
        translated({ project, keyOf, segmentKey: newNamer(), names, notes: [], segments: new Map() }),
      evaluatorOf: (environment) => growthBookEvaluator(project.environments.get(environment) ?? [], project.groups),
      contextOf: ({ id, ...attributes }) => ({
        ...attributes,
        ...(id !== undefined && id !== null && id !== '' && { key: String(id) }),
      }),
      keyOf,
    };
  },
};

interface Translation {
  readonly project: Project;
  readonly keyOf: Namer;
  readonly segmentKey: Namer;
  readonly names: EnvironmentNames;
  readonly notes: Note[];
  /** Those that hold a percentage. */
  readonly segments: Map<string, SegmentDefinition>;
}

interface Place {
  readonly all: Translation;
  readonly feature: Feature;
  readonly variations: Variations;
  readonly values: readonly Json[];
  /** What it is called here. */
  readonly environment: string;
}

function translated(all: Translation): Imported {
  const flags = all.project.features.flatMap((one) => flagFor(all, one));
  return { flags, segments: [...all.segments.values()], notes: all.notes };
}

function flagFor(all: Translation, { key: theirs, raw }: Project['features'][number]): readonly FlagDefinition[] {
  const key = all.keyOf(theirs);
  const note = (of: Pick<Note, 'severity' | 'reason' | 'done'>) =>
    void all.notes.push({ kind: 'flag', key, environment: null, place: '', ...of });
  if (raw['archived'] === true) {
    note({ severity: 'left-out', reason: 'it is archived there', done: 'not imported' });
    return [];
  }
  return unlessUntranslatable<readonly FlagDefinition[]>(
    () => {
      const values = valuesOf(all, theirs);
      const variations = variationsOf(values.map((value) => ({ value, name: '' })));
      if (key !== theirs)
        note({
          severity: 'changed',
          reason: `there it is called ${theirs}, which is not allowed here or taken but for upper and lower case`,
          done: 'applications have to ask for the key that it has here',
        });
      const environments = Object.fromEntries(
        [...all.names].flatMap(([environment, ours]) => {
          const feature = all.project.environments.get(environment)?.find((one) => one.key === theirs);
          return feature === undefined
            ? []
            : [[ours, configOf({ all, feature, variations, values, environment: ours })]];
        }),
      );
      const description = textOf(raw['description']).slice(0, 10_000);
      const tags = [...new Set(textsIn(raw['tags']))].filter((tag) => tag !== '' && tag.length <= 64).slice(0, 50);
      const { type, variations: list } = variations;
      return [
        {
          key,
          type,
          ...(description !== '' && { description }),
          ...listed('tags', tags),
          variations: list,
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

/** Every value that it may have in an environment that is wanted, each once. */
function valuesOf({ project, names }: Translation, key: string): readonly Json[] {
  const features = [...names.keys()].flatMap(
    (name) => project.environments.get(name)?.filter((one) => one.key === key) ?? [],
  );
  const values = features.flatMap(({ value, rules }) => [value, ...rules.flatMap((rule) => rule.values)]);
  return values.filter((value, index) => values.findIndex((other) => isSame(other, value)) === index);
}

function variationOf({ variations, values }: Pick<Place, 'variations' | 'values'>, value: Json): string {
  const key = variations.keys[values.findIndex((one) => isSame(one, value))];
  if (key === undefined) throw new Untranslatable(`there is no variation for ${JSON.stringify(value)}`);
  return key;
}

function configOf(place: Place): EnvironmentDefinition {
  const { all, feature, environment } = place;
  const offVariation = variationOf(place, feature.value);
  const note = (of: Pick<Note, 'severity' | 'place' | 'reason' | 'done'>) =>
    void all.notes.push({ kind: 'flag', key: all.keyOf(feature.key), environment, ...of });
  if (!feature.isOn)
    note({
      severity: 'changed',
      place: '',
      reason: 'it is off: SDKs do not get it, and applications use their own fallback',
      done: `off: serves ${offVariation} to all`,
    });
  let isWhole = true;
  const attempt = <T>(where: string, make: () => T, otherwise: T): T =>
    unlessUntranslatable(make, (reason) => {
      isWhole = false;
      const severity = feature.isOn ? 'turned-off' : 'changed';
      note({ severity, place: where, reason, done: `off: serves ${offVariation} to all` });
      return otherwise;
    });
  const gates = gatesOf(feature);
  const prerequisites = attempt('prerequisites', () => prerequisitesOf(place, gates), []);
  if (gates.length > 0)
    note({
      severity: 'changed',
      place: 'prerequisites',
      reason: 'where they fail, applications use their own fallback',
      done: `serves ${offVariation} there`,
    });
  const rules = feature.rules.slice(gates.length);
  const ids = ruleIds(rules.map(({ id }) => id));
  const branches = rules.flatMap((rule, index) =>
    attempt(
      `rule ${gates.length + index + 1}`,
      () => branchesOf(place, rule, ids(index), index === rules.length - 1),
      [],
    ),
  );
  const serving = attempt('rules', () => rulesFrom(branches, { variation: offVariation }), {
    fallthrough: { variation: offVariation },
  });
  return { on: feature.isOn && isWhole, offVariation, ...listed('prerequisites', prerequisites), ...serving };
}

/** Rules at the beginning that only say what the feature needs. */
function gatesOf({ rules }: Feature): readonly Rule[] {
  const end = rules.findIndex(({ parents, values }) => values.length > 0 || !parents.every(({ isGate }) => isGate));
  return end < 0 ? rules : rules.slice(0, end);
}

function prerequisitesOf({ all }: Place, gates: readonly Rule[]): NonNullable<EnvironmentDefinition['prerequisites']> {
  return gates
    .flatMap(({ parents }) => parents)
    .map(({ key, condition }) => {
      const values = valuesOf(all, key);
      if (values.length === 0) throw new Untranslatable(`its prerequisite ${key} is not in the export`);
      const { keys } = variationsOf(values.map((value) => ({ value, name: '' })));
      const fitting = keys.filter((_, index) => isMet(condition, { value: values[index] }, all.project.groups));
      if (fitting.length === 0) throw new Untranslatable(`no value of its prerequisite ${key} is enough`);
      return { flag: all.keyOf(key), variations: [...new Set(fitting)] };
    });
}

function branchesOf(place: Place, rule: Rule, id: string, isLast: boolean): readonly Branch[] {
  const { all, feature } = place;
  const { fault, parents, values, widths, seed } = rule;
  if (fault !== null) throw new Untranslatable(fault);
  if (parents.length > 0) throw new Untranslatable('it has a prerequisite of its own, and here only flags have');
  if (values.length < (rule.isForced ? 1 : 2)) return [];
  const when = conditionOf(rule.condition, all.project.groups);
  const where = { id, name: '', when };
  const keys = values.map((value) => variationOf(place, value));
  if (widths === null) return [{ ...where, serve: { variation: keys[0] ?? '' } }];
  const attribute = attributeOf(rule.attribute);
  const covered = widths.reduce((sum, width) => sum + width, 0);
  if (!(covered > 0)) return [];
  const how = {
    ...(attribute !== 'key' && { by: { contextKind: 'user', attribute } }),
    ...(seed !== all.keyOf(feature.key) && { salt: seed.slice(0, 200) }),
  };
  const parts = keys.map((variation, index) => ({ variation, weight: widths[index] ?? 0 }));
  if (covered > 0.99999) return [{ ...where, when: allOf(when, exists(attribute)), serve: split(parts, how) }];
  // Nobody comes after the last: those whom it leaves out get the default value.
  if (isLast)
    return [
      {
        ...where,
        serve: split([...parts, { variation: variationOf(place, feature.value), weight: 1 - covered }], how),
      },
    ];
  const key = all.segmentKey(`${feature.key}--${id}-${Math.round(covered * 100)}`);
  const segmentRule = {
    id: 'share',
    clauses: [],
    share: Math.round(covered * 100_000),
    ...how,
    salt: `${seed.slice(0, 200)}--covered`,
  };
  const environments = { ...all.segments.get(key)?.environments, [place.environment]: { rules: [segmentRule] } };
  all.segments.set(key, { key, environments });
  return [{ ...where, when: allOf(when, inSegment(key)), serve: split(parts, how) }];
}
