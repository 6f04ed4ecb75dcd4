import { describe, expect, test } from 'vitest';
import { gateFields, readField, writtenField } from './gate-fields.ts';
import type { Gate } from './gate-words.ts';
import { inPlan, problemsElsewhere, problemsUnder } from './problem-lines.tsx';
import { aLatencyGate, anErrorGate } from './rollout-fixture.ts';
import {
  firstDraft,
  newGate,
  OWN_PLAN,
  orderOf,
  planOf,
  type StartDraft,
  unreadable,
  withOwnPlan,
  withTemplate,
} from './start-draft.ts';

const off = { fallthrough: { variation: 'off' }, offVariation: 'off' };
const PLAN = {
  id: 'standard',
  name: 'Standard',
  isBuiltIn: true,
  needsSegment: false,
  stages: [
    { kind: 'segment', segment: 'employees', bakeMinutes: 60 },
    { kind: 'percent', percent: 0.5, bakeMinutes: 10, approval: 'manual', checklist: ['support informed'] },
    { kind: 'percent', percent: 100, bakeMinutes: 60 },
  ],
  gates: [anErrorGate().gate, aLatencyGate(null).gate],
  onFailure: 'pause',
  runbook: '# Roll back',
  revision: 1,
  updatedAt: '2026-05-04T00:00:00.000Z',
} as const;

const drafted = (change: Partial<StartDraft> = {}): StartDraft => ({
  ...firstDraft(['on', 'off'], off, PLAN),
  ...change,
});

describe('a plan that is written', () => {
  test('begins with the other variation against what everybody has now', () => {
    expect(firstDraft(['on', 'off'], off, undefined)).toMatchObject({ variation: 'on', control: 'off' });
    const split = { fallthrough: { split: { weights: {}, allocation: [] } }, offVariation: 'on' };
    expect(firstDraft(['on', 'off'], split, undefined)).toMatchObject({ variation: 'off', control: 'on' });
  });

  test('sends a template as it stands, if nothing was altered', () => {
    const { stages, gates, onFailure, runbook } = PLAN;
    expect(planOf(drafted())).toEqual({
      variation: 'on',
      control: 'off',
      at: 'fallthrough',
      stages,
      gates,
      onFailure,
      start: { kind: 'manual' },
      requires: [],
      runbook,
    });
  });

  test('is the flag’s own plan as it stands, whatever was drafted before', () => {
    const { id: _id, ...course } = PLAN;
    const { stages, gates, onFailure, runbook } = course;
    const own = { variation: 'b', control: 'c', at: 'r7', stages, gates, onFailure, runbook, requires: ['accounts'] };
    const by = { contextKind: 'account', attribute: 'id' };
    const start = { kind: 'manual' } as const;
    const first = withOwnPlan(drafted(), { ...own, start, by });
    expect(first.template).toBe(OWN_PLAN);
    expect(planOf(first)).toEqual({ ...own, start, by });
    expect(planOf(withOwnPlan(first, { ...own, start }))).toEqual({ ...own, start });
    expect(withTemplate(first, PLAN)).toMatchObject({ template: PLAN.id, variation: 'b', by });
  });

  test('keeps a runbook of its own where the template has none', () => {
    expect(withTemplate(drafted({ runbook: 'mine' }), { ...PLAN, runbook: '' }).runbook).toBe('mine');
  });

  test('begins at once, unless it is to begin by hand', () => {
    const by = (kind: StartDraft['start']['kind']) => orderOf(drafted({ start: { ...drafted().start, kind } }));
    expect(by('now')).toMatchObject({ begin: true, plan: { start: { kind: 'manual' } } });
    expect(by('manual')).not.toHaveProperty('begin');
  });

  test('sends the time that was typed as one of UTC', () => {
    const start = { ...drafted().start, kind: 'at', at: '2026-05-04T12:30' } as const;
    expect(planOf(drafted({ start })).start).toEqual({ kind: 'at', at: '2026-05-04T12:30:00.000Z' });
  });

  test('names what cannot be read as the server would', () => {
    const { stages, gates, start } = drafted();
    const wrong = drafted({
      stages: stages.map((stage) => ({ ...stage, percent: 'ten', segment: '', bakeMinutes: '' })),
      gates: gates.map((gate) => ({
        ...gate,
        minSamples: '1 000',
        values: { ...gate.values, ceiling: '', ceilingMs: 'x' },
      })),
      start: { ...start, kind: 'deploy' },
    });
    expect(unreadable(wrong)).toEqual([
      '/stages/0/segment',
      '/stages/0/bakeMinutes',
      '/stages/1/percent',
      '/stages/1/bakeMinutes',
      '/stages/2/percent',
      '/stages/2/bakeMinutes',
      '/gates/0/minSamples',
      '/gates/0/ceiling',
      '/gates/1/minSamples',
      '/gates/1/ceilingMs',
      '/start/service',
      '/start/minVersion',
    ]);
    expect(unreadable(drafted())).toEqual([]);
  });
});

describe('the fields of a gate', () => {
  test('a new gate has a name that no other has, and what is usual for its kind', () => {
    const first = newGate('error-rate', []);
    expect(newGate('error-rate', [first]).id).toBe('error-rate-2');
    expect(unreadable(drafted({ gates: [first] }))).toEqual([]);
    expect(planOf(drafted({ gates: [first] })).gates).toEqual([{ ...anErrorGate().gate, id: 'error-rate' }]);
  });

  test.for(Object.keys(gateFields) as Gate['kind'][])('every setting of %s is written as it was read', (kind) => {
    for (const field of gateFields[kind]) {
      const read = readField(field, field.initial);
      if (read !== undefined) expect(writtenField(field, read)).toBe(field.initial);
    }
  });

  test.for<[typed: string, share: number | undefined]>([
    ['7', 0.07],
    ['0,5', 0.005],
    ['99.99', 0.9999],
    ['', undefined],
    ['1e3', undefined],
  ])('a percentage of “%s” is sent as %s', ([typed, share]) => {
    expect(readField({ kind: 'percent', name: '', label: '', initial: '' }, typed)).toBe(share);
  });
});

describe('what the server refuses', () => {
  const problems = inPlan([
    { pointer: '/plan/stages/1/percent', detail: 'a' },
    { pointer: '/plan/stages', detail: 'b' },
    { pointer: '/plan/gates/10/id', detail: 'c' },
    { pointer: '/comment', detail: 'd' },
  ]);
  const details = (found: typeof problems) => found.map(({ detail }) => detail);

  test('stands beside the part that it is about', () => {
    expect(details(problemsUnder(problems, '/stages'))).toEqual(['a', 'b']);
    expect(details(problemsUnder(problems, '/stages/1'))).toEqual(['a']);
    expect(details(problemsUnder(problems, '/gates/1'))).toEqual([]);
  });

  test('is shown even where it belongs to none', () => {
    expect(details(problemsElsewhere(problems, ['/stages', '/gates']))).toEqual(['d']);
  });
});
