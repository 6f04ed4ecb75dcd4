import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { FlagsClient } from '@glidepath/sdk-node';
import { createTestClient } from '@glidepath/sdk-node/testing';
import { pay } from '../src/pay.ts';

const ways = (flags: FlagsClient, totals: readonly number[]): readonly string[] =>
  totals.map((total) => pay(flags, total));

test('pays at once', () => {
  const flags = createTestClient({ 'new-checkout': true, beta: true });
  assert.deepEqual(ways(flags, [3]), ['3 at once, as a beta']);
});

test('pays slowly', () => {
  const flags = createTestClient({ 'new-checkout': false, beta: false });
  assert.deepEqual(ways(flags, [3]), ['3 slowly']);
});

describe('somebody who owes nothing', () => {
  it('pays nothing', () => {
    assert.deepEqual(ways(createTestClient({ 'new-checkout': true, beta: false }), [0]), ['nothing']);
  });

  it('pays nothing in the old way', () => {
    assert.deepEqual(ways(createTestClient({ 'new-checkout': false, beta: false }), [0]), ['nothing']);
  });
});
