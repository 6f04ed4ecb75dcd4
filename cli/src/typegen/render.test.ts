import type { Json } from '@glidepath/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeclaredFlag } from './declared.ts';
import { inOrder } from './from-file.ts';
import { textLiteral, valueLiteral } from './literals.ts';
import { namesFor } from './names.ts';
import { render } from './render.ts';
import { schemaType } from './schema-types.ts';
import { flagType } from './value-types.ts';

function aFlag(given: Partial<DeclaredFlag> = {}): DeclaredFlag {
  return {
    key: 'new-checkout',
    type: 'boolean',
    description: '',
    owner: null,
    variations: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    jsonSchema: null,
    expires: null,
    isStale: false,
    safe: false,
    clauses: [],
    ...given,
  };
}

const withValues = (type: DeclaredFlag['type'], ...values: Json[]): DeclaredFlag =>
  aFlag({ type, variations: values.map((value, index) => ({ key: `v${index}`, value })) });

const PLAIN = { sdks: ['node'], refs: false, context: false } as const;

describe('the type of a flag', () => {
  test.for<[DeclaredFlag, string]>([
    [aFlag(), 'boolean'],
    [withValues('number', 1, 2), 'number'],
    [withValues('string', 'blue', "it's"), `'blue' | 'it\\'s'`],
    [
      withValues('json', { perMinute: 1 }, { perMinute: 2, burst: 3 }),
      '{ readonly burst?: number; readonly perMinute: number }',
    ],
    [withValues('json', [1, 'a'], []), 'readonly (number | string)[]'],
    [withValues('json', null, { 'a-b': [] }), `null | { readonly 'a-b': readonly (unknown)[] }`],
    [withValues('json', {}), 'Readonly<Record<string, never>>'],
  ])('%j is %s', ([flag, type]) => {
    expect(flagType(flag)).toBe(type);
  });

  test.for<[Json, string]>([
    [
      { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false },
      '{ readonly a: number }',
    ],
    [{ enum: ['a', 1, null] }, `'a' | 1 | null`],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'array', items: { anyOf: [{ const: true }, { type: 'string' }] } }, 'readonly (true | string)[]'],
    [{ allOf: [{ type: 'string' }, { minLength: 1 }] }, '(string) & (unknown)'],
    [{ $ref: '#/somewhere' }, 'unknown'],
    [true, 'unknown'],
  ])('with the schema %j is %s', ([schema, type]) => {
    expect(schemaType(schema)).toBe(type);
  });
});

describe('what is written', () => {
  test('tells of a flag what people ask: what for, whose, which variations, until when', () => {
    const flag = aFlag({ description: 'New checkout flow', owner: 'payments', expires: '2027-02-01' });
    expect(render({ flags: [flag], segmentClauses: [] }, PLAIN)).toContain(
      `  /** New checkout flow. Owner: payments. Variations: on, off. Expires 2027-02-01. */\n  readonly 'new-checkout': boolean;`,
    );
  });

  test('lets no description out of its comment', () => {
    const flag = aFlag({ description: '*/ export const evil = 1; /*\n@deprecated' });
    const text = render({ flags: [flag], segmentClauses: [] }, PLAIN);
    expect(text.match(/\*\//g)).toHaveLength(1);
    expect(text).not.toMatch(/ @deprecated/);
  });

  test('is the same in whatever order flags come', () => {
    const flags = ['b', 'a', 'C', 'ä'].map((key) => aFlag({ key }));
    fc.assert(
      fc.property(fc.shuffledSubarray(flags, { minLength: flags.length }), (shuffled) => {
        const text = render({ flags: inOrder(shuffled), segmentClauses: [] }, PLAIN);
        expect(text).toBe(render({ flags: inOrder(flags), segmentClauses: [] }, PLAIN));
      }),
    );
  });

  test('has a constant for each flag, marked where nobody should use it any more', () => {
    const flags = [aFlag({ key: 'class' }), aFlag({ key: 'old', isStale: true }), aFlag({ key: '2nd-page' })];
    const text = render({ flags, segmentClauses: [] }, { ...PLAIN, refs: true });
    expect(text).toContain(`export const classFlag = /* @__PURE__ */ defineFlag('class', { fallback: false });`);
    expect(text).toMatch(/@deprecated [^\n]*\*\/\nexport const old = /);
    expect(text).toContain('export const flag2ndPage =');
  });

  test('gives keys whose names would be the same different names', () => {
    const names = namesFor(['a-b', 'a.b', 'a_b', 'aB2']);
    expect(new Set(names.values()).size).toBe(4);
    expect(names.get('a-b')).toBe('aB');
  });
});

test('a value that is written as TypeScript is that value', () => {
  const evaluate = (text: string): unknown => new Function(`return (${text});`)();
  fc.assert(
    fc.property(
      fc.json().map((text) => JSON.parse(text) as Json),
      (value) => {
        expect(evaluate(valueLiteral(value))).toEqual(value);
      },
    ),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(evaluate(textLiteral(text))).toBe(text);
    }),
  );
});
