import { aFlagBody } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { temporaryFile } from '../../../test/support/temporary-file.ts';
import { openStore } from '../store/open-store.ts';
import type { EnvironmentChange, Store } from '../store/store.ts';
import { type News, readNews } from './environment-feed.ts';
import type { Snapshot } from './snapshot.ts';

const EPOCH = '00112233aabbccdd';

/** A database with environments of version 1. */
async function aStore(count: number) {
  const store = await openStore({ url: `file:${temporaryFile()}`, now: () => 1_000 });
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const ref = { kind: 'environment', parent: 'p', key: `env-${i}` } as const;
    const { id } = await store.write([], (tx) => tx.put(ref, {}, 0));
    await store.write([], (tx) => tx.createEnvironment(id, EPOCH));
    ids.push(id);
  }
  return { store, ids };
}

async function publish(store: Store, environment: string, salt: string, urgent = false): Promise<EnvironmentChange> {
  const items = [{ kind: 'flag', key: 'flag', body: aFlagBody({ salt }) }] as const;
  const change = await store.write([environment], (tx) => tx.publish({ environment, changeId: salt, urgent, items }));
  if (change === null) throw new Error('nothing changed');
  return change;
}

/** What is served after the news. */
const served = (news: readonly News[]) =>
  new Map<string, Snapshot>(
    news.flatMap((one) => (one.kind === 'removed' ? [] : [[one.snapshot.environment, one.snapshot] as const])),
  );

describe('a look at the database', () => {
  test('loads what is new here, with the changes that led to it', async () => {
    const { store, ids } = await aStore(1);
    for (const salt of ['a', 'b', 'c']) await publish(store, ids[0]!, salt);
    const [news] = await readNews(store, new Map());
    expect(news).toMatchObject({ kind: 'loaded', snapshot: { version: 4, epoch: EPOCH } });
    expect(news?.kind === 'loaded' && news.snapshot.ring.entries.map(({ change }) => change.version)).toEqual([
      2, 3, 4,
    ]);
    await store.close();
  });

  test('is no news when nothing moved', async () => {
    const { store } = await aStore(2);
    expect(await readNews(store, served(await readNews(store, new Map())))).toEqual([]);
    await store.close();
  });

  test('follows the changes one by one, and tells the urgent environment first', async () => {
    const { store, ids } = await aStore(3);
    const before = served(await readNews(store, new Map()));
    await publish(store, ids[0]!, 'a');
    await publish(store, ids[0]!, 'b');
    await publish(store, ids[2]!, 'kill', true);
    const news = await readNews(store, before);
    expect(
      news.map((one) => one.kind !== 'removed' && [one.kind, one.snapshot.environment, one.snapshot.version]),
    ).toEqual([
      ['advanced', ids[2], 2],
      ['advanced', ids[0], 3],
    ]);
    await store.close();
  });

  test('loads everything when a change is missing on the way', async () => {
    const { store, ids } = await aStore(1);
    const before = served(await readNews(store, new Map()));
    for (const salt of ['a', 'b', 'c']) await publish(store, ids[0]!, salt);
    const compacted = {
      heads: () => store.heads(),
      snapshot: (id: string) => store.snapshot(id),
      changesSince: async (id: string, after: number, limit: number) =>
        (await store.changesSince(id, after, limit)).filter((change) => change.version > 2),
    };
    const [news] = await readNews(compacted, before);
    expect(news).toMatchObject({ kind: 'loaded', snapshot: { version: 4 } });
    expect(news?.kind === 'loaded' && news.snapshot.ring.entries.map(({ change }) => change.version)).toEqual([3, 4]);
    await store.close();
  });

  test('believes no lower version of the same history', async () => {
    const { store, ids } = await aStore(1);
    const stale = await store.heads();
    await publish(store, ids[0]!, 'a');
    const before = served(await readNews(store, new Map()));
    const lagging = { heads: async () => stale, snapshot: store.snapshot, changesSince: store.changesSince };
    expect(await readNews(lagging, before)).toEqual([]);
    await store.close();
  });

  test('loads another history even at a lower version, and tells what is gone', async () => {
    const { store, ids } = await aStore(1);
    await publish(store, ids[0]!, 'a');
    const [snapshot] = served(await readNews(store, new Map())).values();
    const elsewhere = { ...snapshot!, epoch: 'ffffffffffffffff', version: 900 };
    const before = new Map([
      [ids[0]!, elsewhere],
      ['gone', { ...snapshot!, environment: 'gone' }],
    ]);
    expect(await readNews(store, before)).toMatchObject([
      { kind: 'loaded', snapshot: { epoch: EPOCH, version: 2 } },
      { kind: 'removed', environment: 'gone' },
    ]);
    await store.close();
  });
});
