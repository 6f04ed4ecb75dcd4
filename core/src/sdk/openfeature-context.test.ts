import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import { flagItem } from '../testing/index.ts';
import { contextFromOpenFeature as contextOf } from './openfeature-context.ts';

describe('a context of OpenFeature', () => {
  test.for<[why: string, input: unknown, context: unknown]>([
    ['nobody', undefined, undefined],
    ['null', null, null],
    ['no key', { plan: 'pro' }, { plan: 'pro' }],
    ['a targeting key', { targetingKey: 'u', plan: 'pro' }, { key: 'u', plan: 'pro' }],
    ['a targeting key over a key', { targetingKey: 'u', key: 'other' }, { key: 'u' }],
    ['a targeting key of null', { targetingKey: null }, { key: null }],
    ['a kind', { targetingKey: 'acme', kind: 'org' }, { key: 'acme', kind: 'org' }],
    ['an SDK’s context', { key: 'u', plan: 'pro' }, { key: 'u', plan: 'pro' }],
    ['one body per kind', { user: { key: 'u' }, org: { key: 'a' } }, { user: { key: 'u' }, org: { key: 'a' } }],
    [
      'targeting keys per kind',
      { user: { targetingKey: 'u' }, org: { key: 'a' } },
      { user: { key: 'u' }, org: { key: 'a' } },
    ],
    ['no object', 5, 5],
  ])('%s', ([, input, context]) => {
    expect(contextOf(input)).toEqual(context);
  });

  test('a nested object with a key of its own is one more kind, and still an attribute', () => {
    const org = { targetingKey: 'acme', tier: 1 };
    expect(contextOf({ targetingKey: 'u', plan: 'pro', org })).toEqual({
      kind: 'multi',
      user: { key: 'u', plan: 'pro', org },
      org: { key: 'acme', tier: 1 },
    });
  });

  test.for<[string, unknown]>([
    ['without a key', { tier: 1 }],
    ['with an empty key', { key: '' }],
    ['with a key that is none', { targetingKey: true }],
  ])('a nested object %s is an attribute and nothing else', ([, org]) => {
    expect(contextOf({ targetingKey: 'u', org })).toEqual({ key: 'u', org });
  });

  test('is never refused for what is nested in it', () => {
    const environment = openEnvironment([flagItem('flag')], {});
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (attributes) => {
        const { kind: _kind, ...rest } = attributes;
        expect(environment.evaluate('flag', contextOf({ ...rest, targetingKey: 'u' }), null).reason.kind).not.toBe(
          'ERROR',
        );
      }),
    );
  });

  test('that has a targeting key keeps it whatever else it holds', () => {
    const environment = openEnvironment(
      [
        flagItem('flag', {
          targets: [{ variation: 0, contextKind: 'user', keys: ['u'] }],
          fallthrough: { variation: 1 },
        }),
      ],
      {},
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (attributes) => {
        const { kind: _kind, user: _user, ...rest } = attributes;
        expect(environment.value('flag', contextOf({ ...rest, targetingKey: 'u' }), null)).toBe(true);
      }),
    );
  });
});
