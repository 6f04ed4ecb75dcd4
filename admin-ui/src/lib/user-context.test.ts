import type { ContextInput } from '@glidepath/core';
import { expect, test } from 'vitest';
import { attributesInWords, contextName } from './user-context.ts';

test.for<[ContextInput, string]>([
  [{ key: '8842', country: 'RO' }, '8842'],
  [{ key: 7 }, '7'],
  [{ country: 'RO' }, 'a user without a key'],
  [{ kind: 'org', key: 'acme' }, 'org acme'],
  [{ kind: 'multi', user: { key: '8842' }, org: { key: 'acme' } }, '8842 · org acme'],
  [{ user: { key: '8842' }, device: {} }, '8842 · device without a key'],
  [null, 'nobody in particular'],
])('%j is called “%s”', ([context, name]) => {
  expect(contextName(context)).toBe(name);
});

test('attributes are shortened to the first few, and long values to their beginning', () => {
  const context = { key: 'u', country: 'RO', plan: 'a plan whose name goes on for ever', age: 40 };
  expect(attributesInWords(context, 2)).toBe('country RO, plan a plan whose name goes …, …');
  expect(attributesInWords({ key: 'u' }, 2)).toBe('');
});
