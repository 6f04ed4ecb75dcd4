import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import { constantItem, unknownFlag } from './given.ts';

test('serves any JSON value to everybody, whoever asks', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.option(fc.string({ minLength: 1 })), (given, key) => {
      const environment = openEnvironment([constantItem('page-size', given, 7, true)], { matches: () => () => false });
      const { value, flagVersion } = environment.evaluate('page-size', { key }, null);
      expect([value, flagVersion]).toEqual([JSON.parse(JSON.stringify(given)), 7]);
    }),
  );
});

test.for([
  [true, 'on'],
  [false, 'off'],
  ['blue', 'blue'],
  [20, '20'],
  ['two words', 'value'],
  [-1, 'value'],
  [{ perMinute: 6 }, 'value'],
  [null, 'value'],
])('the variation that serves %j is called %s', ([value, key]) => {
  expect(constantItem('flag', value, 1, true).body.variations[0]?.key).toBe(key);
});

test('keeps its value when the caller alters the object later', () => {
  const given = { perMinute: 6 };
  const item = constantItem('limits', given, 1, true);
  given.perMinute = 7;
  expect(item.body.variations[0]?.value).toEqual({ perMinute: 6 });
});

test.for([true, false])('browsers may have it: %s', (isForBrowsers) => {
  expect(constantItem('flag', 1, 1, isForBrowsers).body.clientSide === true).toBe(isForBrowsers);
});

test('refuses what is no JSON', () => {
  expect(() => constantItem('limits', undefined, 1, true)).toThrow(
    'the value of the flag "limits" is no JSON: undefined',
  );
});

test.for([
  ['new-chekout', ['page-size', 'new-checkout'], 'Unknown flag "new-chekout". Did you mean "new-checkout"?'],
  ['New-Checkout', ['new-checkout'], 'Unknown flag "New-Checkout". Did you mean "new-checkout"?'],
  ['button-color', ['new-checkout', 'button-colour'], 'Unknown flag "button-color". Did you mean "button-colour"?'],
  ['search', ['new-checkout'], 'Unknown flag "search".'],
  ['search', [], 'Unknown flag "search".'],
] as const)('asked for %s where there are %j: %s', ([asked, known, said]) => {
  expect(unknownFlag(asked, known)).toBe(said);
});
