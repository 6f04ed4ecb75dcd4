import { describe, expect, test } from 'vitest';
import type { FlagInEnvironment } from '../change/facts.ts';
import { flagBodyOf } from '../change/item.ts';
import { openEnvironment } from '../environment/environment.ts';
import type { Clause, Flag, FlagConfig, Prerequisite } from '../model/model.ts';
import { aConfig, aFlag, aRule } from '../testing/builders.ts';
import { dependenciesOf, flagsBehind, type Web } from './dependencies.ts';

const inSegment = (...values: string[]): Clause => ({ attribute: '', operator: 'in-segment', values });
const needs = (flag: string, ...variations: string[]): Prerequisite => ({
  flag,
  variations: variations.length === 0 ? ['on'] : variations,
});

function aWeb(
  flags: Readonly<Record<string, Partial<FlagConfig> & { readonly archivedAt?: number }>>,
  segments: Readonly<Record<string, readonly Clause[]>> = {},
): Web {
  return {
    flags: new Map(
      Object.entries(flags).map(([key, { archivedAt = null, ...config }]): [string, FlagInEnvironment] => [
        key,
        { flag: aFlag({ key, archivedAt } satisfies Partial<Flag>), config: aConfig(config) },
      ]),
    ),
    segments: new Map(Object.entries(segments).map(([key, clauses]) => [key, [{ clauses }]])),
  };
}

const chain = aWeb({
  base: {},
  middle: { prerequisites: [needs('base')] },
  top: { prerequisites: [needs('middle'), needs('base')] },
  roof: { prerequisites: [needs('top')] },
  other: {},
});

describe('what a flag needs, and what needs it', () => {
  test('is told with the shortest way there, nearest first', () => {
    expect(dependenciesOf(chain, 'middle')).toMatchObject({
      prerequisites: [{ flag: 'base', distance: 1 }],
      dependants: [
        { flag: 'top', distance: 1 },
        { flag: 'roof', distance: 2 },
      ],
    });
    expect(dependenciesOf(chain, 'base').dependants.map(({ flag, distance }) => `${flag} ${distance}`)).toEqual([
      'middle 1',
      'top 1',
      'roof 2',
    ]);
    expect(dependenciesOf(chain, 'other')).toEqual({ prerequisites: [], dependants: [], segments: [], takesDown: [] });
  });

  test('ends where it leads back', () => {
    const circle = aWeb({ a: { prerequisites: [needs('b')] }, b: { prerequisites: [needs('a')] } });
    expect(dependenciesOf(circle, 'a')).toMatchObject({
      prerequisites: [{ flag: 'b', distance: 1 }],
      dependants: [{ flag: 'b' }],
    });
  });

  test('leaves archived flags out that nobody waits for', () => {
    const web = aWeb({ base: {}, old: { prerequisites: [needs('base')], archivedAt: 1 } });
    expect(dependenciesOf(web, 'base').dependants).toEqual([]);
    expect(dependenciesOf(web, 'old').prerequisites).toMatchObject([{ flag: 'base' }]);
  });

  test('names segments with what leads to them', () => {
    const rules = [aRule({ id: 'a', clauses: [inSegment('s')] }), aRule({ id: 'b', clauses: [inSegment('t', 's')] })];
    const web = aWeb({ f: { rules } }, { s: [inSegment('inner')], t: [], inner: [inSegment('s')], unused: [] });
    expect(dependenciesOf(web, 'f').segments).toEqual([
      { segment: 's', via: 'rule 1 and rule 2' },
      { segment: 't', via: 'rule 2' },
      { segment: 'inner', via: 'segment `s`' },
    ]);
  });
});

describe('a kill', () => {
  test('takes everything down that stands on the flag', () => {
    expect(dependenciesOf(chain, 'base').takesDown).toEqual(['middle', 'top', 'roof']);
    expect(dependenciesOf(chain, 'top').takesDown).toEqual(['roof']);
  });

  test('spares who is content with the off variation of a flag that stays on', () => {
    const web = aWeb({
      base: {},
      middle: { prerequisites: [needs('base')] },
      content: { prerequisites: [needs('middle', 'on', 'off')] },
      strict: { prerequisites: [needs('base', 'on', 'off')] },
    });
    expect(dependenciesOf(web, 'base').takesDown).toEqual(['middle', 'strict']);
  });

  test('takes nobody down who is down already', () => {
    const web = aWeb({
      base: {},
      off: { on: false, prerequisites: [needs('base')] },
      killed: { killed: { at: 0, by: 'm', reason: 'r' }, prerequisites: [needs('base')] },
      unmet: { prerequisites: [needs('base'), needs('off')] },
      stands: { prerequisites: [needs('base')] },
    });
    expect(dependenciesOf(web, 'base').takesDown).toEqual(['stands']);
    expect(dependenciesOf(web, 'off').takesDown).toEqual([]);
  });

  test('leaves those with their off variation whom it is said to take down', () => {
    const items = (killed: boolean) =>
      [...chain.flags].map(([key, { flag, config }]) => ({
        kind: 'flag' as const,
        key,
        rev: 1,
        body: flagBodyOf(
          flag,
          key === 'base' && killed ? { ...config, killed: { at: 0, by: 'm', reason: 'r' } } : config,
        ),
      }));
    const [before, after] = [openEnvironment(items(false), {}), openEnvironment(items(true), {})];
    for (const flag of dependenciesOf(chain, 'base').takesDown) {
      expect(before.evaluate(flag, { key: 'u' }, null).variation).toBe('on');
      expect(after.evaluate(flag, { key: 'u' }, null)).toMatchObject({
        variation: 'off',
        reason: { kind: 'PREREQUISITE_FAILED' },
      });
    }
  });
});

test('a segment is behind flags that name it, by other segments, and by flags that they need', () => {
  const web = aWeb(
    {
      direct: { rules: [aRule({ clauses: [inSegment('inner')] })] },
      nested: { rules: [aRule({ clauses: [inSegment('outer')] })] },
      dependant: { prerequisites: [needs('nested')] },
      archived: { rules: [aRule({ clauses: [inSegment('inner')] })], archivedAt: 1 },
      other: { rules: [aRule({ clauses: [inSegment('apart')] })] },
    },
    { outer: [inSegment('inner')], inner: [], apart: [] },
  );
  expect(flagsBehind(web, 'inner')).toEqual(['direct', 'nested', 'dependant']);
  expect(flagsBehind(web, 'apart')).toEqual(['other']);
});
