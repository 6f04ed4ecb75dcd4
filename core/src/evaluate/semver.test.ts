import { expect, test } from 'vitest';
import { compareSemver } from './semver.ts';

test.for<[string, string, number | null]>([
  ['1.10.0', '1.9.9', 1],
  ['1.2.3', 'v1.2.3+build.7', 0],
  ['1.2', '1.2.0', 0],
  ['2.0.0-rc.1', '2.0.0', -1],
  ['2.0.0-rc.10', '2.0.0-rc.9', 1],
  ['3f2a1c9', '1.0.0', null],
  ['1.0.0', '', null],
])('%s beside %s is %s', ([a, b, order]) => {
  const [there, back] = [compareSemver(a, b), compareSemver(b, a)];
  expect(there === null ? null : Math.sign(there)).toBe(order);
  expect(back === null ? null : Math.sign(back)).toBe(order === null ? null : 0 - order);
});
