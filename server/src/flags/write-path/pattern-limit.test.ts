import type { EnvironmentView } from '@glidepath/core/change';
import { aConfig, aFlag } from '@glidepath/core/testing';
import { expect, test } from 'vitest';
import { openClock } from '../../clock.ts';
import { engines } from '../re2.ts';
import { problemsIn } from './check.ts';

/** A flag with so many regular expressions, each of nearly the largest program that is allowed. */
function viewWith(patterns: number): EnvironmentView {
  const values = Array.from({ length: patterns }, (_, index) => `(.{0,90}){3}${index}`);
  const clauses = [{ attribute: 'email', operator: 'matches', values }];
  const rules = [{ id: 'r1', name: '', clauses, serve: { variation: 'on' } }];
  return {
    environment: 'production',
    flags: new Map([['new-checkout', { flag: aFlag(), config: aConfig({ rules }) }]]),
    segments: new Map(),
  };
}

test('thousands of regular expressions are refused before one of them is compiled', async () => {
  const clock = await openClock();
  const view = viewWith(5_000);
  const started = performance.now();
  const problems = problemsIn(view, { flags: ['new-checkout'], segments: [] }, { engines, clock });
  expect(problems).toMatchObject([{ code: 'limit', pointer: '/environments/production/flags/new-checkout' }]);
  expect(performance.now() - started).toBeLessThan(500);
  clock.close();
});
