import { randomUUID } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFile } from '../../../../test/support/temporary-file.ts';
import { describeDeploys } from '../deploys.contract.ts';
import { describeEvidence } from '../evidence.contract.ts';
import { describeHealth } from '../health.contract.ts';
import { describeLifecycle } from '../lifecycle.contract.ts';
import { findMigrations } from '../migrations.ts';
import { describeNotices } from '../notices.contract.ts';
import { openStore } from '../open-store.ts';
import { describeRollouts } from '../rollouts.contract.ts';
import { createSqlStore } from '../sql-store.ts';
import { describeStore, type Harness } from '../store.contract.ts';
import type { Store } from '../store.ts';
import { describeUsage } from '../usage.contract.ts';
import { openSqliteConnection } from './sqlite-connection.ts';

const now = () => 1_900_000_000_000;

async function makeHarness(): Promise<Harness> {
  const file = temporaryFile();
  return {
    open: (clock) => openStore({ url: `file:${file}`, now: clock }),
    async execute(sql) {
      const raw = new Database(file, { timeout: 5_000 });
      raw.exec(sql);
      raw.close();
    },
    async dispose() {
      rmSync(path.dirname(file), { recursive: true });
    },
  };
}

describeStore('SQLite', makeHarness);
describeRollouts('SQLite', makeHarness);
describeUsage('SQLite', makeHarness);
describeNotices('SQLite', makeHarness);
describeHealth('SQLite', makeHarness);
describeDeploys('SQLite', makeHarness);
describeLifecycle('SQLite', makeHarness);
describeEvidence('SQLite', makeHarness);

describe('a SQLite file', () => {
  let file = '';
  const opened: Store[] = [];
  const open = async () => {
    const store = await openStore({ url: `file:${file}`, now });
    opened.push(store);
    return store;
  };
  beforeEach(() => {
    file = temporaryFile();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    rmSync(path.dirname(file), { recursive: true });
  });

  test('is readable only for its owner, side files too', async () => {
    const store = await open();
    await store.write([], (tx) => tx.touchAccess());
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(`${file}${suffix}`).mode & 0o777).toBe(0o600);
  });

  test('T15: is refused to a second opener, by name, until the first one closes', async () => {
    const first = await open();
    await expect(open()).rejects.toThrow(`${file} is in use by another Glidepath process`);
    await first.close();
    await open();
  });

  test('syncs every commit to the disk', async () => {
    const connection = openSqliteConnection({ file, migrationsFolder: path.join(findMigrations(), 'sqlite') });
    await connection.write(async (db) => {
      const pragma = (name: string) => (db as unknown as { all(query: string): unknown[] }).all(`PRAGMA ${name}`);
      expect(pragma('synchronous')).toEqual([{ synchronous: 2 }]);
      expect(pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
      expect(pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
      expect(pragma('trusted_schema')).toEqual([{ trusted_schema: 0 }]);
      expect(pragma('busy_timeout')).toEqual([{ timeout: 5_000 }]);
    });
    await connection.close();
  });

  test('has no timeline: nobody fails over', async () => {
    expect(await (await open()).timeline()).toBeNull();
  });

  test('that a newer release has altered is refused', async () => {
    await (await open()).close();
    const raw = new Database(file);
    raw.exec("INSERT INTO migration (hash, created_at) VALUES ('from the future', 99999999999999)");
    raw.close();
    await expect(open()).rejects.toThrow('written by a newer Glidepath');
  });

  test('that is no database is refused and left as it is', async () => {
    writeFileSync(file, 'These are not the bytes of a database, but someone may need them.'.repeat(99));
    await expect(open()).rejects.toThrow(`${file} cannot be opened: file is not a database`);
    expect(statSync(file).size).toBe(65 * 99);
  });

  test('T12: refuses writes while the disk is full, leaves nothing partial, and works again once there is room', async () => {
    const connection = openSqliteConnection({ file, migrationsFolder: path.join(findMigrations(), 'sqlite') });
    const store = createSqlStore({ connection, now, newId: randomUUID });
    opened.push(store);
    await store.write([], (tx) => tx.createEnvironment('env-1', '0123456789abcdef'));
    connection.limitPages(1);
    const write = (changeId: string) =>
      store.write(['env-1'], async (tx) => {
        await tx.put({ kind: 'flag', parent: 'p', key: changeId }, { text: 'x'.repeat(60_000) }, 0);
        const body = { schema: 1, text: 'x'.repeat(60_000) } as never;
        await tx.publish({
          environment: 'env-1',
          changeId,
          urgent: false,
          items: [{ kind: 'flag', key: changeId, body }],
        });
      });
    for (const changeId of ['a', 'b']) {
      await expect(write(changeId)).rejects.toMatchObject({ refusal: { code: 'storage-full' } });
    }
    expect(await store.snapshot('env-1')).toMatchObject({ version: 1, items: [] });
    expect(await store.documents('flag')).toEqual([]);
    connection.limitPages(100_000);
    await write('c');
    expect(await store.snapshot('env-1')).toMatchObject({ version: 2 });
    expect(await store.changesSince('env-1', 1, 10)).toHaveLength(1);
  });
});
