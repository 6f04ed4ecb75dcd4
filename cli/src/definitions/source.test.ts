import { expect, test } from 'vitest';
import { newSeen, testOutside } from '../testing-outside.ts';
import { readSources } from './source.ts';

function faultsOf(text: string): readonly string[] {
  const seen = newSeen();
  seen.files.set('/shop/flags/a.yaml', text);
  const [file] = readSources(testOutside({}, seen).files, '/shop/flags', '/shop');
  return file?.faults ?? [];
}

const HEAD = 'apiVersion: glidepath/v1\nkey: a\ntype: boolean\n';

test.for([500, 20_000])('a file that is nested %i deep breaks nothing', (depth) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{a: ', '}'],
  ] as const)
    expect(() => faultsOf(`${HEAD}metadata: ${open.repeat(depth)}${close.repeat(depth)}\n`)).not.toThrow();
});

test('references that multiply each other are not followed', () => {
  const lines = Array.from({ length: 30 }, (_, at) => `  a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}*a${at}]`);
  const faults = faultsOf(`${HEAD}metadata:\n  a0: &a0 [1]\n${lines.join('\n')}\n`);
  expect(faults.length).toBe(300);
  expect(faults[0]).toContain('references are not followed here');
});

test('a field named like what objects inherit is a field of its own', () => {
  const seen = newSeen();
  seen.files.set('/shop/flags/a.yaml', `${HEAD}__proto__:\n  archived: true\n`);
  const [file] = readSources(testOutside({}, seen).files, '/shop/flags', '/shop');
  const definition = file?.sources[0]?.definition;
  expect([
    definition && 'archived' in definition && Object.hasOwn(definition, 'archived'),
    JSON.stringify(definition),
  ]).toEqual([false, '{"key":"a","type":"boolean","__proto__":{"archived":true}}']);
});
