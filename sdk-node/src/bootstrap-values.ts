import type { FlagBody, Item, ItemId } from '@glidepath/core';
import { SCHEMA } from '@glidepath/core';
import { EMPTY_DIGEST, type EnvironmentState } from '@glidepath/core/protocol';

/** Plain values as an environment that serves them to everybody. It is of no history: no server knows it. */
export function stateOfValues(values: Readonly<Record<string, unknown>>): EnvironmentState {
  const items = new Map<ItemId, Item>();
  for (const [key, given] of Object.entries(values)) {
    const text = JSON.stringify(given);
    // Functions and `undefined` are no values; the caller's objects stay the caller's.
    if (text !== undefined) items.set(`flag\t${key}`, { kind: 'flag', key, rev: 0, body: bodyOf(JSON.parse(text)) });
  }
  return { epoch: '', version: 0, digest: EMPTY_DIGEST, items };
}

type Value = FlagBody['variations'][number]['value'];

function bodyOf(value: Value): FlagBody {
  return {
    schema: SCHEMA,
    type: typeOf(value),
    variations: [{ key: 'bootstrap', value }],
    on: true,
    salt: '',
    off: 0,
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { variation: 0 },
  };
}

function typeOf(value: Value): FlagBody['type'] {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' ? 'number' : 'json';
}
