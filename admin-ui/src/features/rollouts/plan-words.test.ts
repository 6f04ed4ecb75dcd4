import { expect, test } from 'vitest';
import { courseWords, gatesWords, placeWords } from './plan-words.ts';
import { aLatencyGate, anErrorGate } from './rollout-fixture.ts';

test('a course reads from its first stage to its last, with what is done by hand between them', () => {
  const course = courseWords([
    { kind: 'segment', segment: 'employees', bakeMinutes: 60, checklist: ['support informed'] },
    { kind: 'percent', percent: 0.5, bakeMinutes: 15, approval: 'manual' },
    { kind: 'percent', percent: 100, bakeMinutes: 120 },
  ]);
  expect(course).toBe('segment employees for 1 h, then 1 check → 0.5 % for 15 min, then an approval → 100 % for 2 h');
});

test('gates are named with what they must stay within', () => {
  const gates = [anErrorGate().gate, aLatencyGate(null).gate];
  expect(gatesWords(gates)).toEqual(['`errors` ≤ 1 %, not above the control', '`p95` ≤ 500 ms, ≤ 1.2 × control']);
});

test('a rule is named as the page of targeting shows it, and one that has gone by its id', () => {
  const rule = { id: 'r7', name: 'Staff', clauses: [], serve: { variation: 'on' } };
  const rules = [{ ...rule, id: 'r1', name: '' }, rule];
  const words = ['fallthrough', 'r1', 'r7', 'r9'].map((at) => placeWords({ rules }, at));
  expect(words).toEqual([null, 'Rule 1', 'Rule 2: Staff', 'rule `r9`, which there is not any more']);
});
