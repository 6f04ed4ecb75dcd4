import { expect, test } from 'vitest';
import { sharing } from './sharing.ts';

/** A computation of half a second, and how often it was made. */
function openScene() {
  let now = 0;
  let made = 0;
  const share = sharing<number>({ monotonic: () => now });
  const ask = (version = 1, name = 'shop') =>
    share(name, version, async () => {
      made += 1;
      const answer = made;
      await Promise.resolve();
      now += 500;
      return answer;
    });
  return {
    ask,
    pass: (ms: number) => {
      now += ms;
    },
    share,
    made: () => made,
  };
}

test('many who ask at once, or soon after, cost one computation', async () => {
  const { ask, pass, made } = openScene();
  expect(await Promise.all(Array.from({ length: 50 }, () => ask()))).toEqual(Array(50).fill(1));
  pass(1_999);
  expect([await ask(), made()]).toEqual([1, 1]);
  pass(1);
  expect([await ask(), made()]).toEqual([2, 2]);
});

test('what somebody has changed since is told at once', async () => {
  const { ask } = openScene();
  expect([await ask(1), await ask(2), await ask(2, 'other'), await ask(2)]).toEqual([1, 2, 3, 2]);
});

test('what failed is tried again', async () => {
  const { ask, share } = openScene();
  await expect(share('shop', 1, () => Promise.reject(new Error('database is gone')))).rejects.toThrow('gone');
  expect(await ask()).toBe(1);
});
