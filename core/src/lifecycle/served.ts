import { unreachableRules } from '../effect/reachability.ts';
import type { FlagConfig, Rule, Serve } from '../model/model.ts';

/** What everybody in one environment gets of a flag. */
export type Served =
  | {
      readonly kind: 'one';
      readonly variation: string;
      /**
       * What contexts get that a split with a single share cannot put into a bucket, because they lack the attribute;
       * null where there are none, or they get the same.
       */
      readonly remainder: string | null;
    }
  | { readonly kind: 'several'; readonly variations: readonly string[] }
  /** An emergency, however long it lasts: nobody has decided yet what the flag is to serve. */
  | { readonly kind: 'killed'; readonly variation: string };

/** What rules leave over is looked for only where that is a matter of microseconds. */
const MOST_RULES = 8;
const MOST_VALUES = 100;

/** Which variations a configuration serves; never one where it may be two. */
export function servedBy(config: FlagConfig): Served {
  const { offVariation } = config;
  if (config.killed !== null) return { kind: 'killed', variation: offVariation };
  if (!config.on) return { kind: 'one', variation: offVariation, remainder: null };
  const all = summed(config, placesOf(config));
  if (all.kind === 'one' || isCostly(config) || variationsAt(config, surelyReached(config)).size > 1) return all;
  return summed(config, reachedPlaces(config));
}

function summed(config: FlagConfig, places: readonly Serve[]): Served {
  const { offVariation } = config;
  const served = variationsAt(config, places);
  const [variation, ...more] = served;
  if (variation === undefined || more.length > 0) return { kind: 'several', variations: [...served] };
  const isDealt = places.some((serve) => 'split' in serve);
  return { kind: 'one', variation, remainder: isDealt && variation !== offVariation ? offVariation : null };
}

function variationsAt(config: FlagConfig, places: readonly Serve[]): ReadonlySet<string> {
  return new Set([...always(config), ...places.flatMap(variationsOf)]);
}

/** Whatever the rules say: the off variation where a prerequisite is not met, and what is served to named contexts. */
function always({ prerequisites, targets, offVariation }: FlagConfig): readonly string[] {
  const named = targets.flatMap(({ variation, keys }) => (keys.length > 0 ? [variation] : []));
  return prerequisites.length > 0 ? [offVariation, ...named] : named;
}

function placesOf({ rules, fallthrough }: FlagConfig): readonly Serve[] {
  return [...rules.map(({ serve }) => serve), fallthrough];
}

/** Shares of 0 % are nobody's. */
function variationsOf(serve: Serve): readonly string[] {
  if ('variation' in serve) return [serve.variation];
  return Object.entries(serve.split.weights).flatMap(([variation, weight]) => (weight > 0 ? [variation] : []));
}

function isCostly({ rules }: FlagConfig): boolean {
  const values = rules.reduce((sum, { clauses }) => sum + clauses.reduce((n, one) => n + one.values.length, 0), 0);
  return rules.length > MOST_RULES || values > MOST_VALUES;
}

/**
 * Places that somebody reaches, found at a glance: a first rule that cannot contradict itself, and the fallthrough where
 * every rule asks for something that a context may lack.
 */
function surelyReached({ rules, fallthrough }: FlagConfig): readonly Serve[] {
  const [first] = rules;
  const isOpen = rules.every(({ clauses }) => clauses.some(({ negate }) => negate !== true));
  return [...(first !== undefined && first.clauses.length <= 1 ? [first.serve] : []), ...(isOpen ? [fallthrough] : [])];
}

/** The fallthrough is a last rule without a condition: nobody reaches it where rules take everyone. */
function reachedPlaces({ rules, fallthrough }: FlagConfig): readonly Serve[] {
  const last: Pick<Rule, 'id' | 'clauses' | 'serve'> = { id: '', clauses: [], serve: fallthrough };
  const places = [...rules, last];
  const unreachable = new Set(unreachableRules(places).map(({ ruleIndex }) => ruleIndex));
  return places.filter((_, index) => !unreachable.has(index)).map(({ serve }) => serve);
}
