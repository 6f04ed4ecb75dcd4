import { expect, test } from 'vitest';
import { aContext, flagItem, segmentItem } from '../testing/index.ts';
import { openEnvironment } from './environment.ts';

const TRIES = 7;
const CALLS = 20_000;

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);

/** An environment whose one flag is on for the members of a segment of this size. */
function withSegmentOf(count: number) {
  const clauses = [{ attribute: '', operator: 'in-segment', values: ['members'] }];
  return openEnvironment(
    [
      segmentItem('members', { included: [{ contextKind: 'user', keys: keysOf(count) }] }),
      flagItem('flag', {
        rules: [{ id: 'members', clauses, serve: { variation: 0 } }],
        fallthrough: { variation: 1 },
      }),
    ],
    {},
  );
}

/** Nanoseconds per evaluation: the best of several tries, members and strangers in turn. */
function costOf(environment: ReturnType<typeof withSegmentOf>, count: number): number {
  const contexts = Array.from({ length: 512 }, (_, index) =>
    aContext({ key: index % 2 === 0 ? `user-${(index * 7919) % count}` : `stranger-${index}` }),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const started = performance.now();
    for (let call = 0; call < CALLS; call++) environment.evaluate('flag', contexts[call % contexts.length], false);
    best = Math.min(best, ((performance.now() - started) * 1e6) / CALLS);
  }
  return best;
}

test('membership of 100,000 keys costs about what membership of 10 does', () => {
  const [small, large] = [withSegmentOf(10), withSegmentOf(100_000)];
  expect(large.evaluate('flag', aContext({ key: 'user-99999' }), false).value).toBe(true);
  expect(large.evaluate('flag', aContext({ key: 'user-100000' }), true).value).toBe(false);
  const [ten, many] = [costOf(small, 10), costOf(large, 100_000)];
  console.log(`membership: ${ten.toFixed(0)} ns among 10 keys, ${many.toFixed(0)} ns among 100,000`);
  // A walk through the keys would cost thousands of times as much.
  expect(many).toBeLessThan(10 * ten);
});
