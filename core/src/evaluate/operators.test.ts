import { describe, expect, test } from 'vitest';
import type { Scalar } from '../model/model.ts';
import type { Engines } from './comparisons.ts';
import { operatorOf, operators, problemsOfValues } from './operator-words.ts';
import { type Operator, predicateOf } from './operators.ts';

/** Stands for RE2, which server and SDKs bring. */
const engines: Engines = {
  matches(pattern) {
    const compiled = new RegExp(pattern);
    return (input) => compiled.test(input);
  },
};

function holds(operator: Operator, values: readonly Scalar[], attribute: unknown): boolean {
  return predicateOf({ attribute: 'a', operator, values }, engines)(attribute);
}

test.for<[Operator, attribute: unknown, values: Scalar[], matches: boolean]>([
  ['in', 'DE', ['DE'], true],
  ['in', 'DE', ['AT', 'DE'], true],
  ['in', 'de', ['DE'], false],
  ['in', 7, ['7'], false],
  ['in', '7', [7, 8], false],
  ['in', 7, [7, 8], true],
  ['in', true, [true], true],
  ['in', 'true', [true, false], false],
  ['in', 'a', [], false],
  ['in', { a: 1 }, ['a', 'b'], false],
  ['contains', 'alphabet', ['x', 'phab'], true],
  ['contains', 'alphabet', ['Phab'], false],
  ['contains', '', [''], true],
  ['contains', 77, ['7'], false],
  ['starts-with', 'beta-7', ['beta-'], true],
  ['starts-with', 7, ['7'], false],
  ['starts-with', '7', [7], false],
  ['ends-with', 'a@example.com', ['@example.org', '@example.com'], true],
  ['ends-with', 'a@example.com.evil', ['@example.com'], false],
  ['matches', 'release-12', ['^release-\\d+$'], true],
  ['matches', 'pre-release-12', ['release'], true],
  ['matches', 'Release', ['^release'], false],
  ['matches', 12, ['12'], false],
  ['matches', '12', [12], false],
  ['less-than', 1, [2], true],
  ['less-than', 2, [2], false],
  ['less-than', '1', [2], false],
  ['less-than', 1, ['2'], false],
  ['less-than', 1, [0, 2], true],
  ['at-most', 2, [2], true],
  ['at-most', 2.1, [2], false],
  ['greater-than', 2, [2], false],
  ['greater-than', 2.1, [2], true],
  ['at-least', 2, [2], true],
  ['at-least', 1.9, [2], false],
  ['before', '2026-01-01T00:00:00Z', ['2026-01-01T00:00:01Z'], true],
  ['before', '2026-01-01T01:00:00+01:00', ['2026-01-01T00:00:00Z'], false],
  ['before', '2026-01-01T00:59:59+01:00', ['2026-01-01T00:00:00Z'], true],
  ['before', 1_767_225_599_999, ['2026-01-01T00:00:00Z'], true],
  ['before', '2026-01-01', ['2027-01-01T00:00:00Z'], false],
  ['before', '2026-02-30T00:00:00Z', ['2027-01-01T00:00:00Z'], false],
  ['after', '2026-01-01T00:00:00.001Z', [1_767_225_600_000], true],
  ['after', '2026-01-01T00:00:00Z', [1_767_225_600_000], false],
  ['after', '1767225600001', [1_767_225_600_000], false],
  ['semver-equal', 'v1.2', ['1.2.0'], true],
  ['semver-equal', '1.2.0+build.7', ['1.2.0'], true],
  ['semver-equal', '1.2.0-rc.1', ['1.2.0'], false],
  ['semver-equal', '01.2.0', ['1.2.0'], false],
  ['semver-equal', 1, ['1'], false],
  ['semver-less-than', '1.9.0', ['1.10.0'], true],
  ['semver-less-than', '1.0.0-rc.1', ['1.0.0'], true],
  ['semver-less-than', '1.0.0-rc.9', ['1.0.0-rc.10'], true],
  ['semver-less-than', '1.0.0-1', ['1.0.0-alpha'], true],
  ['semver-less-than', '1.0.0', ['1.0.0'], false],
  ['semver-greater-than', '99999999999999999999.0.1', ['99999999999999999999'], true],
  ['semver-greater-than', '1.0.0', ['1.0.0-x.7.z.92'], true],
  ['semver-greater-than', 'latest', ['1'], false],
  ['semver-at-least', '2.0.0', ['2'], true],
  ['semver-at-least', '2.0.0-beta', ['2'], false],
  ['semver-at-most', 'v2', ['2.0.0'], true],
  ['semver-at-most', '2.0.1', ['2.0.0'], false],
  ['in-cidr', '10.1.2.3', ['10.0.0.0/8'], true],
  ['in-cidr', '11.1.2.3', ['10.0.0.0/8'], false],
  ['in-cidr', '10.127.255.255', ['10.64.0.0/10'], true],
  ['in-cidr', '10.128.0.0', ['10.64.0.0/10'], false],
  ['in-cidr', '10.1.2.3', ['10.1.2.3'], true],
  ['in-cidr', '10.1.2.3', ['0.0.0.0/0'], true],
  ['in-cidr', '::ffff:10.1.2.3', ['10.0.0.0/8'], true],
  ['in-cidr', '10.1.2.3', ['::/0'], false],
  ['in-cidr', '2001:db8::1', ['::/0'], true],
  ['in-cidr', '2001:db8:0:1::1', ['2001:db8::/32'], true],
  ['in-cidr', '2001:DB9::', ['2001:db8::/32'], false],
  ['in-cidr', '::1', ['0.0.0.0/0', '::/128'], false],
  ['in-cidr', '10.1.2', ['10.0.0.0/8'], false],
  ['in-cidr', '010.1.2.3', ['10.0.0.0/8'], false],
  ['in-cidr', '10.1.2.256', ['10.0.0.0/8'], false],
  ['in-cidr', '1:2:3:4:5:6:7', ['::/0'], false],
  ['in-cidr', '1::2::3', ['::/0'], false],
  ['in-cidr', ':::', ['::/0'], false],
  ['in-cidr', 167_772_161, ['10.0.0.0/8'], false],
])('%s: %j against %j is %s', ([operator, attribute, values, matches]) => {
  expect(holds(operator, values, attribute)).toBe(matches);
});

test('versions are in the order of semver.org', () => {
  const ascending = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '2.0.0',
    '2.1.0',
    '2.1.1',
  ];
  for (const [i, low] of ascending.entries())
    for (const [k, high] of ascending.entries())
      expect([low, high, holds('semver-less-than', [high], low)]).toEqual([low, high, i < k]);
});

test('instants agree with the calendar of the host for five centuries', () => {
  for (let year = 1700; year < 2200; year += 1)
    for (const day of ['01-01', '02-28', '03-01', '12-31']) {
      const text = `${year}-${day}T12:34:56.789Z`;
      expect(holds('after', [Date.parse(text) - 1], text)).toBe(true);
      expect(holds('before', [Date.parse(text) + 1], text)).toBe(true);
    }
});

describe('values that an operator does not take', () => {
  test.for<[Operator, values: Scalar[], detail: RegExp]>([
    ['starts-with', ['a', 7], /^7 is not a string/],
    ['at-least', ['18'], /^"18" is not a number/],
    ['before', ['tomorrow'], /is not an RFC 3339 time/],
    ['semver-equal', ['1.2.3.4'], /is not a version/],
    ['in-cidr', ['10.0.0.0/33'], /is not a CIDR block/],
    ['in-cidr', ['10.0.0.0/'], /is not a CIDR block/],
    ['matches', ['(a'], /is not a regular expression/],
    ['matches', [7], /is not a regular expression/],
    ['in-segment', [7], /is not the key of a segment/],
    ['exists', ['x'], /takes no values/],
    ['in', [], /needs at least one value/],
  ])('%s does not take %j', ([operator, values, detail]) => {
    const problems = problemsOfValues(operator, values, engines);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.detail).toMatch(detail);
  });

  test('are named by their place', () => {
    expect(problemsOfValues('less-than', [1, 'x', 2, true], {}).map(({ index }) => index)).toEqual([1, 3]);
  });
});

test.for<[Operator, values: Scalar[]]>([
  ['in', ['a', 1, true]],
  ['exists', []],
  ['before', ['2026-01-01T00:00:00+01:00', 0]],
  ['semver-at-least', ['v1', '1.2-rc.1+build']],
  ['in-cidr', ['10.0.0.0/8', '::1', '::ffff:1.2.3.4/104', '2001:db8::/32']],
  ['matches', ['^a|b$']],
  ['in-segment', ['beta-testers']],
])('%s takes %j', ([operator, values]) => {
  expect(problemsOfValues(operator, values, engines)).toEqual([]);
});

test.for(['toString', '__proto__', 'like', ''])('%j is no operator', (name) => {
  expect(operatorOf(name)).toBeUndefined();
});

test('every operator has a label of its own', () => {
  const labels = Object.values(operators).map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
});
