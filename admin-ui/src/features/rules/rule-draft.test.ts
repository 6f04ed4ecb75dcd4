import { operators } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { operatorMenu, typeOfValues } from './operator-choices.ts';
import {
  type ClauseDraft,
  clauseDraftOf,
  clausesOf,
  EMPTY_CLAUSE,
  problemsOfConditions,
  readScalar,
  withOperator,
} from './rule-draft.ts';

const aClause = (parts: Partial<ClauseDraft> = {}): ClauseDraft => ({
  ...EMPTY_CLAUSE,
  attribute: 'country',
  values: ['RO'],
  ...parts,
});

const problemsOf = (...clauses: readonly ClauseDraft[]) => problemsOfConditions({ clauses });

describe('the menu of operators', () => {
  test('offers every operator, under the type of its values', () => {
    const offered = operatorMenu(false).flatMap(({ choices }) => choices.map(({ operator }) => operator));
    expect([...new Set(offered)].toSorted()).toEqual(Object.keys(operators).toSorted());
  });

  test('says the opposite for a condition that is negated', () => {
    const [segments] = operatorMenu(true);
    expect(segments?.choices.map(({ label }) => label)).toEqual(['is not in segment']);
  });

  test('tells from the values of “is one of” what they are', () => {
    expect(typeOfValues('in', ['RO'])).toBe('text');
    expect(typeOfValues('in', [1, 2])).toBe('number');
    expect(typeOfValues('in', [true])).toBe('boolean');
    expect(typeOfValues('in', [1, 'a'])).toBe('text');
    expect(typeOfValues('at-least', [1])).toBe('number');
    expect(typeOfValues('of-a-newer-server', ['x'])).toBe('text');
  });
});

describe('a condition that is saved already', () => {
  test('stays as it was written while nobody alters it', () => {
    const saved = [{ kind: 'user', attribute: 'country', operator: 'in', values: ['RO'], negate: false }];
    expect(clausesOf(saved.map(clauseDraftOf), saved)[0]).toBe(saved[0]);
  });

  test('is written without what goes without saying once it is altered', () => {
    expect(clausesOf([aClause({ negate: true })], [])).toEqual([
      { attribute: 'country', operator: 'in', values: ['RO'], negate: true },
    ]);
  });
});

describe('another operator', () => {
  test('keeps the values where they are of its type, or can be read as such', () => {
    expect(withOperator(aClause(), { operator: 'starts-with', type: 'text' }).values).toEqual(['RO']);
    const versions = withOperator(aClause({ values: ['2', 'x'] }), { operator: 'semver-at-least', type: 'version' });
    expect(versions.values).toEqual(['2']);
    expect(withOperator(aClause({ values: ['7'] }), { operator: 'at-least', type: 'number' }).values).toEqual([7]);
    expect(withOperator(aClause(), { operator: 'exists', type: 'none' }).values).toEqual([]);
  });
});

test('a number that is typed becomes one; what is none stays the text that it is', () => {
  expect(['7', '-0.5', '1e3', '0x10', '7 a', 'Infinity', ''].map((text) => readScalar('number', text))).toEqual([
    7,
    -0.5,
    1_000,
    '0x10',
    '7 a',
    'Infinity',
    '',
  ]);
});

describe('a rule that cannot be saved', () => {
  test('has no condition', () => {
    expect(problemsOf()).toMatchObject([{ pointer: '/clauses' }]);
  });

  test('has a condition that is empty', () => {
    expect(problemsOf(EMPTY_CLAUSE)).toEqual([
      { code: 'invalid', pointer: '/clauses/0/attribute', detail: 'Name the attribute to look at.' },
      {
        code: 'invalid',
        pointer: '/clauses/0/values',
        detail: "'in' needs at least one value: a string, number or boolean.",
      },
    ]);
  });

  test.for<[what: string, clause: Partial<ClauseDraft>, detail: string]>([
    ['a text among numbers', { operator: 'in', type: 'number', values: ['seven'] }, '"seven" is not a number.'],
    ['a limit that is no number', { operator: 'at-least', type: 'number', values: ['7a'] }, '"7a" is not a number.'],
    [
      'a time that is none',
      { operator: 'before', type: 'instant', values: ['tomorrow'] },
      '"tomorrow" is not an RFC 3339 time',
    ],
    ['a version that is none', { operator: 'semver-equal', type: 'version', values: ['one'] }, 'is not a version'],
    [
      'a network that is none',
      { operator: 'in-cidr', type: 'network', values: ['10.0.0.0/40'] },
      'is not a CIDR block',
    ],
    [
      'a pattern that is too long',
      { operator: 'matches', type: 'pattern', values: ['x'.repeat(257)] },
      'is not a regular expression in RE2 syntax, of at most 256 characters',
    ],
    [
      'too many values',
      { values: Array.from({ length: 1_001 }, (_, index) => `${index}`) },
      'There are 1,001 values. At most 1,000 are allowed: use a segment.',
    ],
    ['an empty value', { values: [''] }, 'An empty value'],
    ['a kind of context that is none', { kind: 'no such kind' }, 'is no kind of context'],
  ])('has %s, and is told so in the words of the server', ([, clause, detail]) => {
    expect(problemsOf(aClause(clause)).map((problem) => problem.detail)).toEqual([expect.stringContaining(detail)]);
  });
});

test('a rule whose conditions are all complete has no problem', () => {
  expect(
    problemsOf(
      aClause(),
      aClause({ operator: 'exists', type: 'none', values: [] }),
      aClause({ operator: 'in-segment', type: 'segment', attribute: '', values: ['employees'] }),
      aClause({ operator: 'matches', type: 'pattern', values: ['^a(b|c)$'] }),
    ),
  ).toEqual([]);
});
