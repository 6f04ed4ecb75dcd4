import type { EvaluationReason } from '@glidepath/core';
import { expect, test } from 'vitest';
import { fractionOf, rangeWords, resultSentence } from './result-words.ts';
import type { TraceStep } from './trace.ts';

test.for([
  [18_470, '0.1847'],
  [10_000, '0.10'],
  [0, '0.00'],
  [1, '0.00001'],
  [50_000, '0.50'],
  [99_999, '0.99999'],
  [100_000, '1.00'],
] as const)('%d buckets are %s of all', ([buckets, fraction]) => {
  expect(fractionOf(buckets)).toBe(fraction);
});

test.for([
  [0, 10_000, '< 0.10'],
  [10_000, 100_000, '≥ 0.10'],
  [10_000, 25_000, '≥ 0.10 and < 0.25'],
  [0, 100_000, '< 1.00'],
] as const)('the range from %d to %d reads “%s”', ([from, to, words]) => {
  expect(rangeWords({ from, to })).toBe(words);
});

const rolled = (bucket: number): TraceStep => ({
  step: 'rule r2',
  kind: 'rule',
  ruleId: 'r2',
  ruleIndex: 1,
  matched: true,
  evaluated: true,
  why: '',
  clauses: [],
  variation: 'old',
  rollout: { bucket, contextKind: 'user', attribute: 'key', salt: 's', from: 10_000, to: 100_000 },
});

const missed: TraceStep = {
  step: 'rule r1',
  kind: 'rule',
  ruleId: 'r1',
  ruleIndex: 0,
  matched: false,
  evaluated: true,
  why: '',
  clauses: [],
  variation: null,
};

test.for<[EvaluationReason, string | null, readonly TraceStep[], string]>([
  [{ kind: 'OFF' }, 'old', [], '`old` because the flag is off.'],
  [{ kind: 'KILLED' }, 'old', [], '`old` because the flag is killed.'],
  [{ kind: 'TARGET_MATCH', contextKind: 'org' }, 'new', [], '`new` because this org is named.'],
  [
    { kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'pay' },
    'old',
    [],
    '`old` because the prerequisite `pay` is not met.',
  ],
  [{ kind: 'RULE_MATCH', ruleId: 'r1', ruleIndex: 0 }, 'new', [], '`new` because rule 1 (Staff) matched.'],
  [
    { kind: 'RULE_MATCH', ruleId: 'r2', ruleIndex: 1, rollout: { bucket: 18_470, contextKind: 'user' } },
    'old',
    [rolled(18_470)],
    '`old` because rule 2 matched and the hash 0.1847 ≥ 0.10.',
  ],
  [
    { kind: 'FALLTHROUGH', rollout: null },
    'old',
    [missed],
    '`old` because no rule matched and there is nothing to hash: the safe variation.',
  ],
  [{ kind: 'FALLTHROUGH' }, 'old', [], '`old` because that is what everyone gets.'],
  [
    { kind: 'ERROR', errorKind: 'INVALID_CONTEXT', message: 'the key is a list' },
    null,
    [],
    'What the caller passed as fallback, because the key is a list.',
  ],
])('the reason %j reads in one sentence', ([reason, variation, trace, sentence]) => {
  expect(resultSentence({ flag: 'f', value: null, variation, reason, trace }, ['Staff', ''])).toBe(sentence);
});
