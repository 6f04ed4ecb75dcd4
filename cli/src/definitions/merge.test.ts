import type { FlagDefinition } from '@glidepath/core/definition';
import { defineFlag } from '@glidepath/core/definition';
import { aFlag, arbitraryConfig } from '@glidepath/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, parseDocument } from 'yaml';
import { bringTo } from './merge.ts';
import { bareWordsIn } from './quoting.ts';
import { rewritten } from './rewrite.ts';
import { FLAG_SHAPE } from './shape.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names and values that YAML of another age would read as something else. */
const WORDS = ['on', 'off', 'yes', 'No', '1.0', '2026-01-01', '~', 'a: b', '# c', 'null', '', ' x', '12:30', '0o7'];

const arbitraryDefinition: fc.Arbitrary<FlagDefinition> = fc
  .record({
    description: fc.oneof(fc.constantFrom(...WORDS), fc.string(), fc.constant('two\nlines\n')),
    tags: fc.array(fc.constantFrom(...WORDS.filter((word) => word !== '')), { maxLength: 3 }),
    jsonSchema: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<FlagDefinition['jsonSchema'] & {}>,
    keys: fc.subarray(['on', 'off', 'yes', 'n', '7', 'blue'], { minLength: 2 }),
  })
  .chain(({ keys, ...shared }) => {
    const variations = keys.map((key) => ({ key, value: key }));
    const flag = aFlag({ type: 'string', variations, ...shared });
    return fc.tuple(arbitraryConfig(flag), arbitraryConfig(flag)).map(([staging, production]) =>
      defineFlag({
        flag,
        configs: new Map(Object.entries({ staging, production })),
        driven: new Map(),
        plans: new Map(),
      }),
    );
  });

/** As `JSON.stringify` sees it: what is sent. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function written(definition: FlagDefinition): string {
  const document = new Document({}, { version: '1.2' });
  bringTo(document, definition as unknown as Fields, { kind: 'each', of: { kind: 'whole' }, keeps: true });
  return document.toString({ lineWidth: 0 });
}

describe('a definition as YAML', () => {
  test('says the same when it is read again, and nothing in it is read otherwise by other tools', () => {
    fc.assert(
      fc.property(arbitraryDefinition, (definition) => {
        const document = parseDocument(written(definition));
        expect(sent(document.toJS())).toEqual(sent(definition));
        expect(bareWordsIn(document)).toEqual([]);
        expect(sent(parseDocument(written(definition), { version: '1.1' }).toJS())).toEqual(sent(definition));
      }),
      { numRuns: 40 },
    );
  });

  test('can be brought to any other one', () => {
    fc.assert(
      fc.property(arbitraryDefinition, arbitraryDefinition, (before, after) => {
        const document = parseDocument(written(before));
        bringTo(document, after as unknown as Fields, FLAG_SHAPE);
        const text = document.toString({ lineWidth: 0 });
        expect(sent(parseDocument(text).toJS())).toEqual(sent(after));
      }),
      { numRuns: 40 },
    );
  });

  test('stays as it was written where it is right already', () => {
    fc.assert(
      fc.property(arbitraryDefinition, (definition) => {
        const text = written(definition);
        const document = parseDocument(text);
        bringTo(document, definition as unknown as Fields, FLAG_SHAPE);
        expect(document.toString({ lineWidth: 0 })).toBe(text);
      }),
      { numRuns: 40 },
    );
  });

  test('keeps comments, order and foreign fields beside what changes', () => {
    // What stands above the first entry of a list is read as the list's, and stays above it.
    const text = [
      '# head',
      'type: boolean # kind of',
      'key: a',
      'x-team: shop',
      'environments:',
      '  production:',
      '    # who first',
      '    rules:',
      '      # the second',
      '      - { id: two, clauses: [], serve: { variation: "on" } } # last word',
      '      # the first',
      '      - { id: one, clauses: [], serve: { variation: "on" }, why: because }',
      '    fallthrough: { variation: "off" }',
      '',
    ].join('\n');
    const document = parseDocument(text);
    const rule = (id: string, variation: string) => ({ id, clauses: [], serve: { variation } });
    const environments = {
      production: { rules: [rule('one', 'off'), rule('two', 'on')], fallthrough: { variation: 'off' } },
    };
    const before = document.toString({ lineWidth: 0 });
    bringTo(document, { key: 'a', type: 'boolean', environments }, FLAG_SHAPE);
    const lines = rewritten(text, before, document.toString({ lineWidth: 0 })).split('\n');
    expect(lines.slice(0, 8)).toEqual(text.split('\n').slice(0, 8));
    expect(lines.slice(8, 12).map((line) => line.trim())).toEqual([
      '# the second',
      '# the first',
      '- { id: one, clauses: [], serve: { variation: "off" }, why: because }',
      '- { id: two, clauses: [], serve: { variation: "on" } } # last word',
    ]);
  });
});
