import { describe, expect, test } from 'vitest';
import { awaitedBy, sentenceOf } from './words.ts';
import { aRollout, aRunning } from './world.contract.ts';

describe('what is said of a rollout', () => {
  test('sets its keys apart, and says who has what', () => {
    const where = { flag: 'checkout', environment: 'production' };
    expect(sentenceOf(aRollout(), where)).toBe('The release of `on` of `checkout` in production waits to begin.');
    expect(sentenceOf(aRunning(), where)).toBe('`on` of `checkout` in production is being released: 10 % has it.');
  });

  test.for([
    ['no-data', 'p95: no durations were measured', 'data (p95: no durations were measured)'],
    ['approval', 'somebody has to approve what comes next', 'an approval (somebody has to approve what comes next)'],
  ] as const)('names what ends a hold by %s, not the kind of its cause', ([kind, reason, words]) => {
    expect(awaitedBy({ kind, reason })).toBe(words);
  });
});
