import { expect, test } from 'vitest';
import { reasonOf, stepWords } from './log-words.ts';

test.for([
  ['running', 'rolled-back', 'Rolling out → Rolled back'],
  ['running', 'running', 'Rolling out'],
  ['none', 'waiting', 'Waiting'],
] as const)('a step from %s to %s reads “%s”', ([from, to, words]) => {
  expect(stepWords(from, to)).toBe(words);
});

test.for([
  ['person', 'Ada', null],
  ['person', 'Ada: wait for support', 'wait for support'],
  ['person', 'Radu: looks odd', 'Radu: looks odd'],
  ['gate', 'Ada: 4 % > 1 %', 'Ada: 4 % > 1 %'],
] as const)('the reason of a %s that says “%s” repeats nobody', ([kind, reason, words]) => {
  expect(reasonOf({ kind, reason }, 'Ada')).toBe(words);
});
