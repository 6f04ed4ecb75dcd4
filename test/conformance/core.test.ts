import { type ContextInput, type Item, type ItemId, openEnvironment, re2Engine } from '@glidepath/core';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { CASES, comparable, wanted } from './cases.ts';
import { untagged } from './tags.ts';

const engines = { matches: re2Engine(() => RE2JS) };
const idOf = ({ kind, key }: Item): ItemId => `${kind}\t${key}`;

function environmentAfter(before: readonly Item[] | undefined, items: readonly Item[]) {
  if (before === undefined) return openEnvironment(items, engines);
  const now = new Map(items.map((item) => [idOf(item), item]));
  return openEnvironment(before, engines).with(now, [...new Set([...before, ...items].map(idOf))]);
}

describe('the evaluator answers as the case expects:', () => {
  test.for(CASES.map((one) => [one.title, one] as const))('%s', ([, one]) => {
    const environment = environmentAfter(one.before, one.items);
    const context = untagged(one.context) as ContextInput;
    const fallback = untagged(one.fallback);
    const answer = environment.evaluate(one.flagKey, context, fallback);
    expect(comparable(answer, one.expected)).toStrictEqual(wanted(one.expected));
    expect(environment.value(one.flagKey, context, fallback)).toBe(answer.value);
  });
});
