import type { Json } from '@glidepath/core';
import type { EnvironmentDefinition, FlagDefinition, ServeDefinition } from '@glidepath/core/definition';
import { type Branch, rulesFrom } from './branches.ts';
import { ALWAYS, allOf, type Expression, exists, not } from './expression.ts';
import { flagdEvaluator } from './flagd-evaluate.ts';
import { conditionOf, type Fractional, fractionalOf, literalOf, operationOf, withEvaluators } from './flagd-logic.ts';
import {
  type Export,
  type Imported,
  type Note,
  type System,
  Untranslatable,
  unlessUntranslatable,
} from './imported.ts';
import { namerOf } from './naming.ts';
import { type Fields, fieldsOf, membersOf, textOf } from './reading.ts';
import { taken } from './taken.ts';
import { split, type Variations, variationsOf } from './variations.ts';

export const flagd: System = {
  name: 'flagd',
  takes: 'a file of flag definitions, JSON or YAML, with `flags` and perhaps `$evaluators`',
  read(documents): Export {
    const flags = documents.flatMap((document) => {
      const { flags: list, $evaluators } = fieldsOf(document);
      return membersOf(list, 'key').map((raw): FlagdFlag => flagFrom(raw, fieldsOf($evaluators)));
    });
    if (flags.length === 0) throw new Untranslatable('there is no flag in it');
    const keyOf = namerOf(flags);
    return {
      environments: [],
      translate: (names) => translated(flags, keyOf, names.get('') ?? ''),
      evaluatorOf: () => flagdEvaluator(flags),
      contextOf: ({ targetingKey, ...attributes }) => ({
        ...attributes,
        ...(targetingKey !== undefined && targetingKey !== '' && { key: targetingKey }),
      }),
      keyOf,
    };
  },
};

export interface FlagdFlag {
  readonly key: string;
  readonly isOn: boolean;
  readonly variants: readonly (readonly [name: string, value: Json])[];
  /** Null = the application's own fallback. */
  readonly defaultVariant: string | null;
  /** Null = none. */
  readonly targeting: unknown;
  /** Why its targeting cannot be read. */
  readonly fault: string | null;
  readonly metadata: Fields;
}

function flagFrom(raw: Fields, evaluators: Fields): FlagdFlag {
  const whole = Object.keys(fieldsOf(raw['targeting'])).length === 0 ? null : raw['targeting'];
  const read = unlessUntranslatable<{ targeting: unknown; fault: string | null }>(
    () => ({ targeting: withEvaluators(whole, evaluators), fault: null }),
    (fault) => ({ targeting: null, fault }),
  );
  return {
    key: textOf(raw['key']),
    isOn: raw['state'] !== 'DISABLED',
    variants: Object.entries(fieldsOf(raw['variants'])).map(([name, value]) => [name, value as Json] as const),
    defaultVariant: typeof raw['defaultVariant'] === 'string' ? raw['defaultVariant'] : null,
    ...read,
    metadata: fieldsOf(raw['metadata']),
  };
}

interface Place {
  readonly flag: FlagdFlag;
  readonly key: string;
  readonly environment: string;
  readonly variations: Variations;
  note(of: Pick<Note, 'severity' | 'reason' | 'done'> & { readonly place?: string }): void;
}

function translated(flags: readonly FlagdFlag[], keyOf: (key: string) => string, environment: string): Imported {
  const notes: Note[] = [];
  const made = flags.flatMap((flag): readonly FlagDefinition[] => {
    const key = keyOf(flag.key);
    const note: Place['note'] = (of) => void notes.push({ kind: 'flag', key, environment, place: '', ...of });
    return taken({ name: flag.key, key, isArchived: false }, notes, () => {
      const variations = variationsOf(flag.variants.map(([name, value]) => ({ name, value })));
      const { type } = variations;
      const environments = { [environment]: configOf({ flag, key, environment, variations, note }) };
      return { key, type, ...metadataOf(flag), variations: variations.variations, environments };
    });
  });
  return { flags: made, segments: [], notes };
}

function metadataOf({ metadata }: FlagdFlag): Pick<FlagDefinition, 'metadata'> {
  const kept = Object.entries(metadata).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return kept.length === 0
    ? {}
    : { metadata: Object.fromEntries(kept.slice(0, 10)) as NonNullable<FlagDefinition['metadata']> };
}

function configOf(place: Place): EnvironmentDefinition {
  const { flag, note } = place;
  const offVariation = defaultOf(place);
  if (!flag.isOn)
    note({
      severity: 'changed',
      reason: 'it is disabled: applications use their own fallback',
      done: `off: serves ${offVariation} to all`,
    });
  const rest = unlessUntranslatable<
    Pick<EnvironmentDefinition, 'rules' | 'fallthrough'> & { readonly isWhole: boolean }
  >(
    () => {
      if (flag.fault !== null) throw new Untranslatable(flag.fault);
      const usual: ServeDefinition = { variation: offVariation };
      if (flag.targeting === null) return { fallthrough: usual, isWhole: true };
      return { ...rulesFrom(branchesOf(place, flag.targeting, offVariation), usual), isWhole: true };
    },
    (reason) => {
      const severity = flag.isOn ? 'turned-off' : 'changed';
      note({ severity, place: 'targeting', reason, done: `off: serves ${offVariation} to all` });
      return { fallthrough: { variation: offVariation }, isWhole: false };
    },
  );
  const { isWhole, ...serving } = rest;
  return { on: flag.isOn && isWhole, offVariation, ...serving };
}

function defaultOf({ flag, variations, note }: Place): string {
  if (flag.defaultVariant !== null) return variantOf({ flag, variations }, flag.defaultVariant);
  const chosen = variations.type === 'boolean' ? 'off' : (variations.keys.at(-1) ?? '');
  note({
    severity: 'changed',
    reason: 'it has no default variant: applications use their own fallback',
    done: `serves ${chosen} instead`,
  });
  return chosen;
}

function variantOf({ flag, variations }: Pick<Place, 'flag' | 'variations'>, name: string): string {
  const key = variations.keys[flag.variants.findIndex(([one]) => one === name)];
  if (key === undefined) throw new Untranslatable(`there is no variant ${name}`);
  return key;
}

/** In order, the last for everybody. */
function branchesOf(place: Place, logic: unknown, offVariation: string): readonly Branch[] {
  const results = resultsOf(logic, place.flag.key);
  return results.flatMap(({ when, result }, index): readonly Branch[] => {
    const id = `rule-${index + 1}`;
    const branch = (suffix: string, condition: Expression, serve: ServeDefinition): Branch => ({
      id: `${id}${suffix}`,
      name: '',
      when: condition,
      serve,
    });
    const served = (variant: string | null) => (variant === null ? offVariation : variantOf(place, variant));
    if (result.kind === 'variant') return [branch('', when, { variation: served(result.variant) })];
    const { attribute, salt, buckets, isOfAll } = result.fractional;
    const parts = buckets.map(({ variant, weight }) => ({ variation: served(variant), weight }));
    const serve = split(parts, {
      ...(attribute !== 'key' && { by: { contextKind: 'user', attribute } }),
      ...(salt !== null && { salt }),
    });
    // Whoever has nothing to be dealt by gets the default variant, or one that is dealt to all of them.
    const first = parts.find(({ weight }) => weight > 0)?.variation ?? offVariation;
    const without = isOfAll ? first : offVariation;
    const isServed = 'split' in serve ? without === offVariation : without === serve.variation;
    const keyless = branch('-keyless', allOf(when, not(exists(attribute))), { variation: without });
    return [...(isServed ? [] : [keyless]), branch('', when, serve)];
  });
}

type Result =
  | { readonly kind: 'variant'; readonly variant: string | null }
  | { readonly kind: 'dealt'; readonly fractional: Fractional };

interface Conditional {
  readonly when: Expression;
  readonly result: Result;
}

const YES_OR_NO: ReadonlySet<string> = new Set(['==', '===', '!=', '!==', '<', '<=', '>', '>=', '!', '!!', 'in']);

/** What targeting comes to, in order; the last always holds. */
function resultsOf(logic: unknown, flagKey: string): readonly Conditional[] {
  const literal = literalOf(logic, flagKey);
  const always = (variant: string | null): Conditional => ({ when: ALWAYS, result: { kind: 'variant', variant } });
  if (literal !== undefined) return [always(literal === null ? null : String(literal))];
  const operation = operationOf(logic);
  if (operation === null) throw new Untranslatable('it comes to a list, which is no variant');
  const { name, given } = operation;
  if (name === 'if') return resultsOfIf(given, flagKey);
  if (name === 'fractional')
    return [{ when: ALWAYS, result: { kind: 'dealt', fractional: fractionalOf(given, flagKey) } }];
  if (!YES_OR_NO.has(name)) throw new Untranslatable(`it comes to what ${name} makes, which is not known before`);
  return [{ when: conditionOf(logic, flagKey), result: { kind: 'variant', variant: 'true' } }, always('false')];
}

function resultsOfIf(given: readonly unknown[], flagKey: string): readonly Conditional[] {
  const results: Conditional[] = [];
  for (let index = 0; index + 1 < given.length; index += 2) {
    const condition = conditionOf(given[index], flagKey);
    for (const { when, result } of resultsOf(given[index + 1], flagKey))
      results.push({ when: allOf(condition, when), result });
  }
  const rest = given.length % 2 === 1 ? given.at(-1) : null;
  return [...results, ...resultsOf(rest, flagKey)];
}
