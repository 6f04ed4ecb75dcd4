import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkJsonText, checkJsonValue, DEEPEST } from './strict-json.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('JSON text that parsers disagree about', () => {
  test.for<[string, text: string, complaint: RegExp]>([
    ['nested too deeply', nested(DEEPEST + 1), /deeper than 30/],
    ['nested a hundred thousand times', nested(100_000), /deeper than 30/],
    ['a name twice', '{"a":1,"b":2,"a":3}', /"a" is given twice/],
    ['a name twice, once escaped', '{"a":1,"\\u0061":3}', /"a" is given twice/],
    ['a name twice further in', '{"x":[{"k":1,"k":1}]}', /"k" is given twice/],
    ['NUL', '{"a":"\\u0000"}', /NUL/],
    ['NUL after an escaped backslash', '{"a":"\\\\\\u0000"}', /NUL/],
  ])('%s is refused', ([, text, complaint]) => {
    expect(() => checkJsonText(text)).toThrow(complaint);
  });

  test.for([
    nested(DEEPEST),
    '{"a":{"a":{"a":1}}}',
    '[{"k":1},{"k":2}]',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"text":"\\\\u0000 is not a NUL"}',
    '{"a":"a","b":"a"}',
  ])('%s passes', (text) => {
    expect(() => checkJsonText(text)).not.toThrow();
  });

  test('whatever JSON.stringify writes passes, unless it is deep or holds NUL', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('\\u0000'));
        expect(() => checkJsonText(text)).not.toThrow();
      }),
    );
  });

  test.for<[string, text: string]>([
    ['brackets in a string', JSON.stringify({ text: '[{"'.repeat(80_000) })],
    ['escaped quotes in a string that never ends', `"${'\\"'.repeat(130_000)}`],
    ['backslashes in a string that never ends', `"${'\\'.repeat(260_000)}`],
    ['backslashes and letters of a NUL that never comes', `"${'\\\\u000'.repeat(40_000)}`],
    ['quotes', '"'.repeat(260_000)],
  ])('a text of 256 KiB full of %s is looked through in a moment', ([, text]) => {
    const started = performance.now();
    checkJsonText(text);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('values that JSON text can hold and nobody can store', () => {
  test.for<[text: string, complaint: RegExp]>([
    ['{"a":[1e400]}', /1\.8e308/],
    ['"\\ud800"', /surrogate/],
    ['{"\\udc00":1}', /surrogate/],
  ])('%s is refused', ([text, complaint]) => {
    expect(() => checkJsonValue(JSON.parse(text))).toThrow(complaint);
  });

  test('well-formed text in any script passes', () => {
    expect(() => checkJsonValue({ 'ключ 🗝': ['漢字', -1.5e300, null, true] })).not.toThrow();
  });
});
