import { expect, test } from 'vitest';
import { handOverOf } from './hand-over.ts';

const state = 'a'.repeat(43);

test.for<[string, ReturnType<typeof handOverOf>]>([
  [`#port=40123&state=${state}`, { port: 40_123, state }],
  [`#state=${state}`, null],
  ['#port=40123', null],
  [`#port=80&state=${state}`, null],
  [`#port=99999&state=${state}`, null],
  [`#port=40123@evil.test&state=${state}`, null],
  ['#port=40123&state=short', null],
  ['', null],
])('the fragment %j names %j', ([hash, expected]) => {
  expect(handOverOf(hash)).toEqual(expected);
});
