import { flagItem } from '@glidepath/core/testing';
import { expect, test } from 'vitest';
import { createClientOn } from '../client.ts';
import { testPlatform } from '../testing-platform.ts';

const user = { user: { key: 'ada@example.com' } };

function aClient() {
  const platform = testPlatform();
  const client = createClientOn(platform, { url: 'https://x', sdkKey: 'gp_srv_1' });
  platform.accept(1, [
    flagItem('users-db', { type: 'string', variations: [{ key: 'shadow', value: 'shadow' }] }),
    flagItem('new-price'),
    flagItem('inner'),
  ]);
  return { platform, client };
}

/** What was begun beside the call runs to its end, and the counts are sent. */
async function reported({ platform, client }: ReturnType<typeof aClient>) {
  platform.advance(0);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  const flushed = client.flush();
  while (platform.reports.length === 0) {
    platform.advance(1);
    await Promise.resolve();
  }
  platform.advance(1);
  await flushed;
  return platform.reports[0];
}

test('a migration follows its flag, and reports what became of it without values', async () => {
  const world = aClient();
  const users = world.client.migration('users-db', {
    fallbackStage: 'off',
    read: { old: (id: string) => ({ id, name: 'Ada' }), new: (id: string) => ({ id, name: 'Eve' }) },
  });
  expect(users.stage(user)).toBe('shadow');
  expect(await users.read(user, 'u-1')).toEqual({ id: 'u-1', name: 'Ada' });
  const report = await reported(world);
  expect(report).toMatchObject({
    sides: [
      { flag: 'users-db', op: 'read', side: 'old', n: 1, err: 0 },
      { flag: 'users-db', op: 'read', side: 'new', n: 1, err: 0 },
    ],
    comparisons: [{ flag: 'users-db', stage: 'shadow', n: 1, diff: 1, skipped: 0, paths: [['/name', 1]] }],
  });
  expect(JSON.stringify(report)).not.toMatch(/Ada|Eve|ada@/);
});

test('S24: what a candidate evaluates in its scope is not counted', async () => {
  const world = aClient();
  const { client } = world;
  const read = () => client.current().variation('inner', false);
  const seen: unknown[] = [];
  const answer = await client.runWithContext(user, () =>
    client.shadow('new-price', user, {
      control: () => 100,
      candidate: async () => {
        await null;
        seen.push(client.current().isShadow, read());
        return 100;
      },
    }),
  );
  expect(answer).toBe(100);
  const report = await reported(world);
  expect(seen).toEqual([true, true]);
  expect(report?.evals).toMatchObject([{ flag: 'new-price', n: 1 }]);
  expect(report).toMatchObject({ comparisons: [{ flag: 'new-price', stage: 'shadow', n: 1, diff: 0 }] });
});
