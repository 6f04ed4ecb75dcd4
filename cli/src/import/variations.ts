import type { FlagType, Json, Variation, Weights } from '@glidepath/core';
import { BUCKETS, FLAG_TYPES } from '@glidepath/core';
import type { ServeDefinition, SplitDefinition } from '@glidepath/core/definition';
import { Untranslatable } from './imported.ts';
import { newNamer } from './naming.ts';

/** A value that a flag of theirs may have. */
export interface Named {
  readonly value: Json;
  readonly name: string;
  readonly description?: string;
}

export interface Variations {
  readonly type: FlagType;
  readonly variations: readonly Variation[];
  /** The key of each of their values, in their order. */
  readonly keys: readonly string[];
}

const TYPES = Object.keys(FLAG_TYPES) as readonly FlagType[];

/** The variations of a flag with these values; boolean ones are always `on` and `off`. */
export function variationsOf(values: readonly Named[]): Variations {
  const type = TYPES.find((one) => values.every(({ value }) => FLAG_TYPES[one].accepts(value)));
  if (values.length === 0) throw new Untranslatable('it has no variations');
  if (type === undefined)
    throw new Untranslatable('its values are not all of one type: true or false, texts, numbers, or objects and lists');
  if (type === 'boolean') return booleans(values);
  const keyFor = newNamer();
  const variations = values.map(({ value, name, description = '' }, index): Variation => {
    const wanted = name === '' ? nameOf(value, index) : name;
    const isAgain = values.slice(0, index).some((other) => other.name === name && name !== '');
    const key = keyFor(isAgain ? `${wanted}-${index + 1}` : wanted);
    return {
      key,
      value,
      ...(name !== '' && name !== key && { name: name.slice(0, 256) }),
      ...(description !== '' && { description: description.slice(0, 10_000) }),
    };
  });
  const keys = variations.map(({ key }) => key);
  if (new Set(keys).size < keys.length) throw new Untranslatable('two of its variations have the same name');
  const [only] = variations;
  return {
    type,
    keys,
    variations: only && variations.length === 1 ? [only, { ...only, key: keyFor('unused') }] : variations,
  };
}

function booleans(values: readonly Named[]): Variations {
  const keys = values.map(({ value }) => (value === true ? 'on' : 'off'));
  const [first] = keys;
  return {
    type: 'boolean',
    keys,
    variations: (first === 'off' ? ['off', 'on'] : ['on', 'off']).map((key) => ({ key, value: key === 'on' })),
  };
}

function nameOf(value: Json, index: number): string {
  const isWord = typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/.test(value);
  return isWord || typeof value === 'number' ? String(value) : `variation-${index + 1}`;
}

export interface Part {
  readonly variation: string;
  /** Of whatever unit: only their ratio counts. */
  readonly weight: number;
}

/** Serves parts of those who are dealt; one that has all of them is served to everybody. */
export function split(parts: readonly Part[], how: Omit<SplitDefinition, 'weights'> = {}): ServeDefinition {
  const weights = bucketsOf(parts);
  const [only, another] = Object.keys(weights);
  return only !== undefined && another === undefined ? { variation: only } : { split: { weights, ...how } };
}

/** Whole buckets, as near to the weights as can be. */
function bucketsOf(parts: readonly Part[]): Weights {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new Untranslatable('its percentages add up to nothing');
  const shares = parts.map(({ variation, weight }) => ({ variation, exact: (weight / total) * BUCKETS }));
  const floors = shares.map(({ variation, exact }) => ({
    variation,
    buckets: Math.floor(exact + 1e-6),
    rest: exact % 1,
  }));
  let left = BUCKETS - floors.reduce((sum, { buckets }) => sum + buckets, 0);
  const weights: Record<string, number> = {};
  for (const { variation, buckets } of floors.sort((a, b) => b.rest - a.rest)) {
    const more = left > 0 ? 1 : 0;
    left -= more;
    if (buckets + more > 0) weights[variation] = (weights[variation] ?? 0) + buckets + more;
  }
  return weights;
}
