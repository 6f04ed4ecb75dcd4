import type { Serve } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { planTemplates, problemsOfPlace, problemsOfPlan, type ReleasePlan, warningsOfPlan } from './plan.ts';
import { aGate, aPlan } from './world.contract.ts';

const all = { kind: 'percent', percent: 100, bakeMinutes: 0 } as const;

describe('a template', () => {
  const courses = Object.entries(planTemplates).map(([key, { stages }]) => [key, stages('staff')] as const);

  test.for(courses)('%s is a plan without problems', ([, stages]) => {
    expect(problemsOfPlan(aPlan({ stages }))).toEqual([]);
  });

  test.for<[key: keyof typeof planTemplates, course: string]>([
    ['standard', '1/10 5/20 10/30 25/60 50/120 100/60'],
    ['quick', '1/10 10/15 50/30 100/30'],
    ['canary', '5/15 25/30 50/60 100/60'],
    ['employees-first', 'staff/60 1/10 5/20 10/30 25/60 50/120 100/60'],
    ['big-bang', '100/60'],
  ])('%s bakes %s', ([key, course]) => {
    const stages = planTemplates[key].stages('staff');
    const words = stages.map(
      (stage) => `${stage.kind === 'percent' ? stage.percent : stage.segment}/${stage.bakeMinutes}`,
    );
    expect(words.join(' ')).toBe(course);
  });

  test('needs a segment where it has a stage for one', () => {
    for (const { needsSegment, stages } of Object.values(planTemplates))
      expect(stages('staff').some(({ kind }) => kind === 'segment')).toBe(needsSegment);
  });
});

describe('a plan', () => {
  test.for<[title: string, overrides: Partial<ReleasePlan>, pointers: string[]]>([
    ['of one variation', { control: 'on' }, ['/control']],
    ['without stages', { stages: [] }, ['/stages']],
    ['that ends below 100 %', { stages: [{ ...all, percent: 99 }] }, ['/stages']],
    ['that ends with a segment', { stages: [all, { kind: 'segment', segment: 's', bakeMinutes: 1 }] }, ['/stages']],
    ['that falls', { stages: [{ ...all, percent: 10 }, { ...all, percent: 5 }, all] }, ['/stages']],
    ['with 0 %', { stages: [{ ...all, percent: 0 }, all] }, ['/stages/0/percent']],
    ['with more than 100 %', { stages: [{ ...all, percent: 101 }, all] }, ['/stages/0/percent', '/stages']],
    ['with parts of a bucket', { stages: [{ ...all, percent: 0.0001 }, all] }, ['/stages/0/percent']],
    ['with no number', { stages: [{ ...all, percent: Number.NaN }, all] }, ['/stages/0/percent', '/stages']],
    ['with a bake below 0', { stages: [{ ...all, bakeMinutes: -1 }] }, ['/stages/0/bakeMinutes']],
    [
      'with an endless bake',
      { stages: [{ ...all, bakeMinutes: Number.POSITIVE_INFINITY }] },
      ['/stages/0/bakeMinutes'],
    ],
    ['with a line twice', { stages: [{ ...all, checklist: ['a', 'a'] }] }, ['/stages/0/checklist']],
    ['with a gate twice', { gates: [aGate(), aGate()] }, ['/gates/1/id']],
    ['with a guardrail that ignores', { gates: [aGate({ onNoData: 'ignore' })] }, ['/gates/0/onNoData']],
    ['with a window of nothing', { gates: [aGate({ windowMinutes: 0 })] }, ['/gates/0/windowMinutes']],
    ['with fewer samples than none', { gates: [aGate({ minSamples: -1 })] }, ['/gates/0/minSamples']],
    ['that requires a flag twice', { requires: ['a', 'a'] }, ['/requires']],
    [
      'that starts at no coverage',
      { start: { kind: 'deploy', service: 's', minVersion: '1', coverage: 0, delayMinutes: -1 } },
      ['/start/coverage', '/start/delayMinutes'],
    ],
  ])('%s has a problem', ([, overrides, pointers]) => {
    expect(problemsOfPlan(aPlan(overrides)).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test.for([0.001, 0.29, 1.1, 33.333, 99.999])('may have a stage of %s %%', (percent) => {
    expect(problemsOfPlan(aPlan({ stages: [{ ...all, percent }, all] }))).toEqual([]);
  });

  test('may ignore missing data of a signal', () => {
    expect(problemsOfPlan(aPlan({ gates: [aGate({ role: 'signal', onNoData: 'ignore' })] }))).toEqual([]);
  });

  test('warns of a big bang, and where nothing guards it', () => {
    expect(warningsOfPlan(aPlan())).toEqual([]);
    expect(warningsOfPlan(aPlan({ stages: [all], gates: [aGate({ role: 'signal' })] }))).toHaveLength(2);
  });
});

describe('the place of a plan', () => {
  const split = (...variations: string[]): Serve => ({
    split: {
      weights: {},
      allocation: variations.map((variation, i) => ({ from: i, to: i + 1, variation })),
    },
  });

  test.for<[title: string, serve: Serve | undefined, pointers: string[]]>([
    ['serves the control', { variation: 'off' }, []],
    ['serves the released variation, which begins anew', { variation: 'on' }, []],
    ['splits between both', split('on', 'off'), []],
    ['is no rule of the flag', undefined, ['/at']],
    ['serves a third variation', { variation: 'blue' }, ['/at']],
    ['splits among three', split('on', 'blue', 'off'), ['/at']],
  ])('%s', ([, serve, pointers]) => {
    expect(problemsOfPlace(aPlan(), serve).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
