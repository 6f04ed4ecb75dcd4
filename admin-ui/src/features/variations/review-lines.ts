import type { Flag, Json } from '@glidepath/core';
import { pathDiff } from '../../kit/path-diff.ts';
import { variationMessages as m } from './messages.ts';

const MOST_CHARACTERS = 120;

interface Lines {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

type Values = Pick<Flag, 'variations'>;

/** What differs between two states of the variations, one line for each path of each value. */
export function linesOf(before: Values, after: Values): Lines {
  const keys = new Set([...before.variations, ...after.variations].map(({ key }) => key));
  const changes = [...keys].flatMap((key) =>
    pathDiff(valueOfKey(before, key), valueOfKey(after, key)).map((change) => ({ key, ...change })),
  );
  const side = (name: 'before' | 'after') =>
    changes.flatMap(({ key, path, [name]: value }) =>
      value === undefined ? [] : [m.valueAt(key, pointerOf(path), shown(value))],
    );
  return { before: side('before'), after: side('after') };
}

function valueOfKey({ variations }: Values, key: string): Json | undefined {
  return variations.find((variation) => variation.key === key)?.value;
}

const pointerOf = (path: readonly string[]): string => path.map((name) => `/${name}`).join('');

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** Variations by their keys: a path then says which one differs, whatever its place. */
export function documentOf({ variations, jsonSchema }: Flag): Json {
  const byKey = variations.map(({ key, ...variation }) => [key, variation as unknown as Json] as const);
  return { variations: Object.fromEntries(byKey), jsonSchema };
}
