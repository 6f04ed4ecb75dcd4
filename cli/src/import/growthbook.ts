import type { Json } from '@glidepath/core';
import { isSame } from '@glidepath/core/change';
import type { EnvironmentDefinition, FlagDefinition } from '@glidepath/core/definition';
import { type Branch, rulesFrom } from './branches.ts';
import { allOf, exists, inSegment } from './expression.ts';
import { attributeOf, conditionOf } from './growthbook-conditions.ts';
import { growthBookEvaluator, isMet } from './growthbook-evaluate.ts';
import { type Feature, type Project, projectOf, type Rule } from './growthbook-shape.ts';
import { type Note, type System, Untranslatable, unlessUntranslatable } from './imported.ts';
import { listed } from './listed.ts';
import { exportOf, keyedBy, type Translation as TranslationOf } from './project-export.ts';
import { textOf, textsIn } from './reading.ts';
import { ruleIds } from './rule-ids.ts';
import { taken, wordsOf } from './taken.ts';
import { split, type Variations, variationsOf } from './variations.ts';

export const growthBook: System = {
  name: 'GrowthBook',
  takes: 'the answer of GET /api/v1/features, or the features that SDKs get',
  read(documents) {
    const project = projectOf(documents);
    return exportOf<Feature, Project>(project, {
      flagFor,
      evaluatorOf: (features) => growthBookEvaluator(features, project.groups),
      contextOf: ({ id, ...attributes }) => ({ ...attributes, ...keyedBy(id) }),
    });
  },
};

type Translation = TranslationOf<Project>;

interface Place {
  readonly all: Translation;
  readonly feature: Feature;
  readonly variations: Variations;
  readonly values: readonly Json[];
  /** What it is called here. */
  readonly environment: string;
}

function flagFor(all: Translation, { key: name, raw }: Project['features'][number]): readonly FlagDefinition[] {
  const key = all.keyOf(name);
  return taken({ name, key, isArchived: raw['archived'] === true }, all.notes, () => {
    const values = valuesOf(all, name);
    const variations = variationsOf(values.map((value) => ({ value, name: '' })));
    const environments = Object.fromEntries(
      [...all.names].flatMap(([environment, ours]) => {
        const feature = all.project.environments.get(environment)?.find((one) => one.key === name);
        return feature === undefined ? [] : [[ours, configOf({ all, feature, variations, values, environment: ours })]];
      }),
    );
    const words = wordsOf(textOf(raw['description']), textsIn(raw['tags']));
    return { key, type: variations.type, ...words, variations: variations.variations, environments };
  });
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
  const end = rules.findIndex((rule) => !isGate(rule));
  return end < 0 ? rules : rules.slice(0, end);
}

/** Whoever has no values for another reason has a fault, which has to be told. */
const isGate = ({ parents, values, fault }: Rule): boolean =>
  fault === null && values.length === 0 && parents.length > 0 && parents.every((parent) => parent.isGate);

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
