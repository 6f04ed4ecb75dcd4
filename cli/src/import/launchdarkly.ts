import type { Json } from '@glidepath/core';
import type {
  EnvironmentDefinition,
  FlagDefinition,
  RuleDefinition,
  ServeDefinition,
} from '@glidepath/core/definition';
import { ALWAYS, allOf, conjunctionsOf, type Expression, exists, not } from './expression.ts';
import { type Export, type Imported, type System, Untranslatable, unlessUntranslatable } from './imported.ts';
import { conditionOf, kindOf, referenceOf } from './launchdarkly-conditions.ts';
import { launchDarklyEvaluator } from './launchdarkly-evaluate.ts';
import { segmentsOf } from './launchdarkly-segments.ts';
import { type Flag, projectOf, type Rollout, type Rule, type Serve, type Shared } from './launchdarkly-shape.ts';
import { note, type Translation } from './launchdarkly-translation.ts';
import { listed } from './listed.ts';
import { namerOf } from './naming.ts';
import { namesIn } from './project-export.ts';
import { fieldsOf, textOf, textsIn } from './reading.ts';
import { ruleIds } from './rule-ids.ts';
import { taken, wordsOf } from './taken.ts';
import { type Named, split, type Variations, variationsOf } from './variations.ts';

export const launchDarkly: System = {
  name: 'LaunchDarkly',
  takes:
    'the answers of GET /api/v2/flags/PROJECT?summary=0 and /api/v2/segments/PROJECT/ENVIRONMENT, or what an SDK is sent',
  read(documents): Export {
    const project = projectOf(documents);
    const flagKey = namerOf(project.flags);
    const segmentKey = namerOf(project.segments);
    return {
      environments: namesIn(project.environments),
      translate: (names) => translate({ project, flagKey, segmentKey, names, notes: [], failed: new Map() }),
      evaluatorOf: (environment) => launchDarklyEvaluator(project.environments.get(environment) ?? NOTHING),
      contextOf: (theirs) => theirs,
      keyOf: flagKey,
    };
  },
};

const NOTHING = { flags: [], segments: [] };

function translate(all: Translation): Imported {
  const segments = segmentsOf(all);
  const flags = all.project.flags.flatMap((shared) => flagFor(all, shared));
  return { flags, segments, notes: all.notes };
}

function flagFor(all: Translation, { key: name, raw }: Shared): readonly FlagDefinition[] {
  const key = all.flagKey(name);
  return taken({ name, key, isArchived: raw['archived'] === true }, all.notes, () => {
    const variations = variationsOf(namedIn(raw));
    const { type, variations: list } = variations;
    const environments = Object.fromEntries(
      [...all.names].flatMap(([environment, ours]) => {
        const flag = all.project.environments.get(environment)?.flags.find((one) => one.key === name);
        return flag === undefined ? [] : [[ours, configOf({ all, flag, variations, environment })]];
      }),
    );
    return { key, ...sharedOf(raw, key), type, variations: list, environments };
  });
}

function namedIn(raw: Shared['raw']): readonly Named[] {
  const list = Array.isArray(raw['variations']) ? raw['variations'] : [];
  const isOfProject = raw['environments'] !== undefined;
  return list.map((one: unknown): Named => {
    if (!isOfProject) return { value: one as Json, name: '' };
    const fields = fieldsOf(one);
    return { value: fields['value'] as Json, name: textOf(fields['name']), description: textOf(fields['description']) };
  });
}

function sharedOf(raw: Shared['raw'], key: string): Partial<FlagDefinition> {
  const name = textOf(raw['name'], key);
  const client = fieldsOf(raw['clientSideAvailability']);
  const isForPages = client['usingEnvironmentId'] === true || raw['clientSide'] === true;
  return {
    ...(name !== key && name !== '' && { name: name.slice(0, 256) }),
    ...wordsOf(textOf(raw['description']), textsIn(raw['tags'])),
    ...(raw['temporary'] === false && { purpose: 'operational', lifetimeDays: null }),
    ...(isForPages && { clientSide: true }),
  };
}

interface Place {
  readonly all: Translation;
  readonly flag: Flag;
  readonly variations: Variations;
  readonly environment: string;
}

function configOf(place: Place): EnvironmentDefinition {
  const { all, flag } = place;
  const offVariation = offOf(place);
  let isWhole = true;
  const attempt = <T>(where: string, make: () => T, otherwise: T): T =>
    unlessUntranslatable(make, (reason) => {
      isWhole = false;
      // Whatever a flag would do if it were on does nobody any harm while it is off.
      const severity = flag.on ? 'turned-off' : 'changed';
      const done = flag.on ? `off: serves ${offVariation} to all` : 'left out; it is off there too';
      note(all, { ...aboutOf(place), severity, place: where, reason, done });
      return otherwise;
    });
  const prerequisites = attempt('prerequisites', () => prerequisitesOf(place), []);
  const ids = ruleIds(flag.rules.map(({ id }) => id));
  const rules = flag.rules.flatMap((rule, index) =>
    attempt(placeOf(rule, index), () => rulesOf(place, rule, ids(index), offVariation), []),
  );
  const others = attempt('fallthrough', () => fallthroughOf(place, offVariation), {
    rules: [],
    serve: { variation: offVariation },
  });
  const targets = attempt('targets', () => targetsOf(place), []);
  return {
    on: flag.on && isWhole && prerequisites !== null,
    offVariation,
    ...listed('prerequisites', prerequisites ?? []),
    ...listed('targets', targets),
    ...listed('rules', [...rules, ...others.rules]),
    fallthrough: others.serve,
  };
}

const aboutOf = ({ all, flag, environment }: Place) =>
  ({ kind: 'flag', key: all.flagKey(flag.key), environment: all.names.get(environment) ?? null }) as const;

const placeOf = ({ name }: Rule, index: number): string => `rule ${index + 1}${name === '' ? '' : ` (${name})`}`;

function offOf(place: Place): string {
  const { all, flag, variations } = place;
  const { keys, type } = variations;
  const named = flag.offVariation === null ? undefined : keys[flag.offVariation];
  if (named !== undefined) return named;
  const chosen = type === 'boolean' ? 'off' : (keys.at(-1) ?? '');
  note(all, {
    ...aboutOf(place),
    severity: 'changed',
    place: 'off variation',
    reason: 'it has none: while it is off, applications use their own fallback',
    done: `serves ${chosen} while it is off`,
  });
  return chosen;
}

/** Null where one can never be met, so that the flag is off for all. */
function prerequisitesOf({ all, flag, environment }: Place): EnvironmentDefinition['prerequisites'] | null {
  const flags = all.project.environments.get(environment)?.flags ?? [];
  const wanted = new Map(flag.prerequisites.map(({ key, variation }) => [key, variation]));
  if (flag.prerequisites.some(({ key, variation }) => wanted.get(key) !== variation)) return null;
  return [...wanted].map(([key, variation]) => {
    const needed = all.project.flags.find((one) => one.key === key);
    if (needed === undefined || !flags.some((one) => one.key === key))
      throw new Untranslatable(`its prerequisite ${key} is not in the export`);
    const named = variationsOf(namedIn(needed.raw)).keys[variation];
    if (named === undefined) throw new Untranslatable(`its prerequisite ${key} has no variation ${variation}`);
    return { flag: all.flagKey(key), variations: [named] };
  });
}

/** A person is in one list: the first that they look at. */
function targetsOf({ flag, variations }: Place): NonNullable<EnvironmentDefinition['targets']> {
  const seen = new Set<string>();
  const lists = new Map<string, { variation: string; contextKind: string; keys: string[] }>();
  for (const { kind, keys, variation } of flag.targets) {
    const named = variationAt(variations, variation);
    const list = lists.get(`${named} ${kind}`) ?? { variation: named, contextKind: kind, keys: [] };
    lists.set(`${named} ${kind}`, list);
    for (const key of keys) {
      if (key !== '' && !seen.has(`${kind} ${key}`)) list.keys.push(key);
      seen.add(`${kind} ${key}`);
    }
  }
  return [...lists.values()].filter(({ keys }) => keys.length > 0);
}

function variationAt({ keys }: Variations, index: number): string {
  const key = keys[index];
  if (key === undefined) throw new Untranslatable(`there is no variation ${index}`);
  return key;
}

function rulesOf(place: Place, rule: Rule, id: string, offVariation: string): readonly RuleDefinition[] {
  const condition = allOf(...rule.clauses.map((clause) => conditionOf(place.all, clause, place.environment)));
  return served(place, { id, name: rule.name.slice(0, 256), condition, serve: rule.serve }, offVariation);
}

interface Served {
  readonly id: string;
  readonly name: string;
  readonly condition: Expression;
  readonly serve: Serve;
}

/** Whoever has nothing to be dealt by gets their first variation, and would get the off variation here. */
function served(place: Place, { id, name, condition, serve }: Served, offVariation: string): readonly RuleDefinition[] {
  const { keyless, serve: wanted } = servedBy(place, serve);
  const rule = (suffix: string, expression: Expression, what: ServeDefinition): readonly RuleDefinition[] =>
    conjunctionsOf(expression).map((clauses, index) => ({
      id: `${id}${suffix}${index === 0 ? '' : `-${index + 1}`}`,
      ...(name !== '' && { name: suffix === '' ? name : `${name}: nothing to be dealt by`.slice(0, 256) }),
      clauses,
      serve: what,
    }));
  const before =
    keyless === null || keyless.variation === offVariation
      ? []
      : rule('-keyless', allOf(condition, keyless.condition), { variation: keyless.variation });
  return [...before, ...rule('', condition, wanted)];
}

interface Dealt {
  readonly serve: ServeDefinition;
  readonly keyless: { readonly condition: Expression; readonly variation: string } | null;
}

function servedBy({ variations }: Place, serve: Serve): Dealt {
  if (serve === null) throw new Untranslatable('it serves nothing');
  if ('variation' in serve) return { serve: { variation: variationAt(variations, serve.variation) }, keyless: null };
  const { rollout } = serve;
  const { kind } = rollout.by;
  const attribute = referenceOf(rollout.by);
  const isUsual = kind === 'user' && attribute === 'key';
  const parts = partsOf(rollout).map(({ variation, weight }) => ({
    variation: variationAt(variations, variation),
    weight,
  }));
  const wanted = split(parts, {
    ...(!isUsual && { by: { contextKind: kind, attribute } }),
    // Those who were dealt alike there still are.
    ...(rollout.seed !== null && { salt: `seed-${rollout.seed}` }),
  });
  const first = (parts.find(({ weight }) => weight > 0) ?? parts.at(-1))?.variation;
  const isDealt = 'split' in wanted && first !== undefined;
  return {
    serve: wanted,
    keyless: isDealt ? { condition: not(exists(attribute, kindOf(kind))), variation: first } : null,
  };
}

/** What each one gets: the last also gets what is left, and nobody gets what is beyond the whole. */
function partsOf({ variations }: Rollout) {
  const WHOLE = 100_000;
  let from = 0;
  return variations.map(({ variation, weight }, index) => {
    const to = index === variations.length - 1 ? WHOLE : Math.min(WHOLE, from + Math.max(0, weight));
    const part = { variation, weight: to - from };
    from = to;
    return part;
  });
}

function fallthroughOf(place: Place, offVariation: string) {
  const rules = served(
    place,
    { id: 'dealt', name: 'All others', condition: ALWAYS, serve: place.flag.fallthrough },
    offVariation,
  );
  const serve = rules.at(-1)?.serve ?? { variation: offVariation };
  return { rules: rules.slice(0, -1), serve };
}
