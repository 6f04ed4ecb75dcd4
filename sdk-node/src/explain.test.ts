import { flagItem } from '@glidepath/core/testing';
import { expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { testPlatform } from './testing-platform.ts';
import { KEY, reported, user, world } from './testing-world.ts';

test('says which rules were walked and why, and counts nothing', async () => {
  const rule = {
    id: 'germans',
    clauses: [{ attribute: 'country', operator: 'in' as const, values: ['DE'] }],
    serve: { variation: 1 },
  };
  const here = world({}, [flagItem('new-checkout', { rules: [rule] })]);
  const { detail, steps } = here.flags.explain('new-checkout', { ...user, country: 'FR' });
  expect(detail).toMatchObject({
    value: true,
    variation: 'on',
    environmentVersion: 1,
    reason: { kind: 'FALLTHROUGH' },
  });
  expect(steps.map(({ step, matched }) => [step, matched])).toEqual([
    ['on', true],
    ['rule germans', false],
    ['fallthrough', true],
  ]);
  expect(steps[1]?.why).toContain('country');
  here.flags.explain('missing', user);
  expect(await reported(here)).toEqual({});
});

test('says what is wrong where there is nothing to explain', () => {
  const early = createClientOn(testPlatform(), KEY).explain('new-checkout', user);
  expect(early.detail.reason).toMatchObject({ errorKind: 'CLIENT_NOT_READY' });
  expect(early.steps).toEqual([{ step: 'error', matched: false, why: 'no data has arrived yet' }]);
  const { detail, steps } = world().flags.explain('missing', user);
  expect(detail.reason).toMatchObject({ errorKind: 'FLAG_NOT_FOUND' });
  expect(steps.at(-1)).toMatchObject({ step: 'error', why: expect.stringContaining('missing') });
});
