import { expect, test } from 'vitest';
import { newSeen, testOutside } from '../testing-outside.ts';
import { faultAt, readSources } from './source.ts';

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

test('a fault is told where it is, or by the field that is not there', () => {
  const seen = newSeen();
  seen.files.set('/shop/flags/a.yaml', `${HEAD}environments:\n  production:\n    "on": true\n`);
  const [source] = readSources(testOutside({}, seen).files, '/shop/flags', '/shop')[0]?.sources ?? [];
  if (source === undefined) throw new Error('it cannot be read');
  const at = (pointer: string, detail: string) => faultAt(source, 'a.yaml', pointer, detail);
  expect(at('/environments/production/offVariation', 'is missing: give a string')).toBe(
    'a.yaml:5:3: `offVariation` is missing: give a string',
  );
  expect(at('/environments/production/on', 'must be a text')).toBe('a.yaml:6:5: must be a text');
  expect(at('/environments/production/rules/0', 'There is no rule.')).toBe('a.yaml:5:3: There is no rule.');
  expect(faultsOf('apiVersion: glidepath/v1\nkey: 1\n')).toEqual([
    'flags/a.yaml:1:1: the key must be a text: write it with quotes',
  ]);
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
