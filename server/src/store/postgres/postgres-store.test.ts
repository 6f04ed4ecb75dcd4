import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { describeDeploys } from '../deploys.contract.ts';
import { describeEvidence } from '../evidence.contract.ts';
import { describeHealth } from '../health.contract.ts';
import { describeLifecycle } from '../lifecycle.contract.ts';
import { findMigrations } from '../migrations.ts';
import { describeNotices } from '../notices.contract.ts';
import { type OpenStoreOptions, openStore } from '../open-store.ts';
import { describeRollouts } from '../rollouts.contract.ts';
import { describeStore, type Harness } from '../store.contract.ts';
import type { Store } from '../store.ts';
import { describeUsage } from '../usage.contract.ts';
import { openPostgresConnection } from './postgres-connection.ts';

const now = () => 1_900_000_000_000;

/** A database of its own on the run's server; empty, or a copy of another one. */
async function aDatabase(template = 'template1') {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const server = inject('pgUrl');
  await query(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  const url = server.replace(/\/[^/]*$/, `/${name}`);
  return { url, name, drop: () => query(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** Has all tables and nothing in them: copying it takes a third of the time of migrating an empty one. */
let migrated: ReturnType<typeof aDatabase> | undefined;

async function migrate(): ReturnType<typeof aDatabase> {
  const database = await aDatabase();
  await (await openStore({ url: database.url, now })).close();
  return database;
}

afterAll(async () => (await migrated)?.drop());

async function makeHarness(): Promise<Harness> {
  migrated ??= migrate();
  const database = await aDatabase((await migrated).name);
  return {
    open: (clock) => openStore({ url: database.url, now: clock }),
    async execute(text) {
      await query(database.url, text);
    },
    async dispose() {
      await database.drop();
    },
  };
}

describeStore('PostgreSQL', makeHarness);
describeRollouts('PostgreSQL', makeHarness);
describeUsage('PostgreSQL', makeHarness);
describeNotices('PostgreSQL', makeHarness);
describeHealth('PostgreSQL', makeHarness);
describeDeploys('PostgreSQL', makeHarness);
describeLifecycle('PostgreSQL', makeHarness);
describeEvidence('PostgreSQL', makeHarness);

describe('a PostgreSQL database', () => {
  let database: Awaited<ReturnType<typeof aDatabase>>;
  const opened: Store[] = [];
  const open = async (options: Partial<OpenStoreOptions> = {}) => {
    const store = await openStore({ url: database.url, now, ...options });
    opened.push(store);
    return store;
  };
  /** Ends connections of the store from the server's side. */
  const terminate = (which: string) =>
    query(
      database.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = '${database.name}' AND pid <> pg_backend_pid() AND ${which}`,
    );

  beforeEach(async () => {
    database = await aDatabase();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await database.drop();
  });

  test('is migrated once by replicas that start together', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => open()));
    await Promise.all(stores.map((store) => store.write([], (tx) => tx.touchAccess())));
    expect(await stores[0]?.accessVersion()).toBe(5);
  });

  test('that a newer release has altered is refused', async () => {
    await open();
    await query(database.url, "INSERT INTO migration (hash, created_at) VALUES ('from the future', 99999999999999)");
    await expect(open()).rejects.toThrow('written by a newer Glidepath');
  });

  test('is used with durable commits and short waits', async () => {
    const connection = await openPostgresConnection({
      url: database.url,
      listenUrl: database.url,
      migrationsFolder: path.join(findMigrations(), 'postgres'),
      onProblem: () => undefined,
    });
    const setting = async (name: string) =>
      connection.write(async (db) => {
        const result = (await db.execute(sql.raw(`SHOW ${name}`))) as unknown as pg.QueryResult;
        return result.rows[0][name];
      });
    expect(await setting('synchronous_commit')).toBe('on');
    expect(await setting('statement_timeout')).toBe('5s');
    expect(await setting('lock_timeout')).toBe('3s');
    expect(await setting('idle_in_transaction_session_timeout')).toBe('10s');
    expect(await setting('transaction_isolation')).toBe('read committed');
    await connection.close();
  });

  test('names its timeline', async () => {
    expect(await (await open()).timeline()).toBe('00000001');
  });

  test('wakes the watchers of other processes after a commit', async () => {
    const [here, there] = [await open(), await open()];
    const woken = new Promise<void>((resolve) => {
      there.watch(resolve);
    });
    await here.write([], (tx) => tx.touchAccess());
    await woken;
    expect(await there.accessVersion()).toBe(1);
  });

  test('T21: is listened to again after the listening connection was killed', async () => {
    const problems: string[] = [];
    const there = await open({ onProblem: (error) => problems.push(error.message) });
    const here = await open();
    let calls = 0;
    there.watch(() => {
      calls += 1;
    });
    await terminate("query LIKE 'LISTEN%'");
    await expect.poll(() => problems).toContain('the listening connection dropped');
    // The new connection calls by itself, because something may have been missed.
    await expect.poll(() => calls).toBeGreaterThan(0);
    const before = calls;
    await here.write([], (tx) => tx.touchAccess());
    await expect.poll(() => calls).toBeGreaterThan(before);
  });

  test('that drops a connection in a transaction answers unavailable, keeps nothing of it, and goes on', async () => {
    const store = await open();
    const cut = store.write([], async (tx) => {
      await tx.put({ kind: 'project', parent: '', key: 'p' }, {}, 0);
      await terminate("state = 'idle in transaction'");
      await tx.put({ kind: 'project', parent: '', key: 'q' }, {}, 0);
    });
    await expect(cut).rejects.toMatchObject({ refusal: { code: 'unavailable', retryAfter: 2 } });
    expect(await store.documents('project')).toEqual([]);
    await store.write([], (tx) => tx.put({ kind: 'project', parent: '', key: 'p' }, {}, 0));
  });

  test('that drops idle connections is told as a problem and then used again', async () => {
    const problems: string[] = [];
    const store = await open({ onProblem: (error) => problems.push(error.message) });
    await store.write([], (tx) => tx.touchAccess());
    await terminate("query NOT LIKE 'LISTEN%'");
    await expect.poll(() => problems).toContain('an idle database connection was lost');
    expect(await store.accessVersion()).toBe(1);
  });

  test('that cannot be reached refuses to open', async () => {
    await expect(open({ url: 'postgres://postgres@127.0.0.1:1/none' })).rejects.toThrow('ECONNREFUSED');
  });

  test('whose row stays locked is unavailable after three seconds', async () => {
    const store = await open();
    await store.write([], (tx) => tx.createEnvironment('env-1', '0123456789abcdef'));
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query("BEGIN; SELECT 1 FROM env WHERE id = 'env-1' FOR UPDATE");
    await expect(store.write(['env-1'], async () => 1)).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
    await blocker.end();
    expect(await store.write(['env-1'], async () => 1)).toBe(1);
  });

  test('T20: sees no deadlock when 50 writers touch several environments each', async () => {
    const store = await open();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await store.write([], async (tx) => {
      for (const id of ids) await tx.createEnvironment(id, '0123456789abcdef');
    });
    const writers = Array.from({ length: 50 }, (_, n) => {
      const mine = [ids[n % 5]!, ids[(n * 3 + 1) % 5]!, ids[(n * 2 + 4) % 5]!];
      return store.write(mine, async (tx) => {
        for (const environment of new Set(mine)) {
          const body = { schema: 1, n } as never;
          await tx.publish({ environment, changeId: `${n}`, urgent: false, items: [{ kind: 'flag', key: 'f', body }] });
        }
      });
    });
    await Promise.all(writers);
    const { rows } = await query(
      database.url,
      `SELECT deadlocks::int AS deadlocks FROM pg_stat_database WHERE datname = '${database.name}'`,
    );
    expect(rows[0].deadlocks).toBe(0);
  });

  test('T3: would lose changes if versions came from a sequence and were polled in their order', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 9 });
    // The end of a pool resolves before its sockets are closed: dropping the database may close them first.
    pool.on('error', () => undefined);
    await pool.query('CREATE SEQUENCE naive; CREATE TABLE naive_change (version bigint)');
    let isWriting = true;
    let last = 0;
    let seen = 0;
    const poll = async () => {
      const { rows } = await pool.query('SELECT version::int FROM naive_change WHERE version > $1 ORDER BY 1', [last]);
      seen += rows.length;
      last = rows.at(-1)?.version ?? last;
    };
    const poller = (async () => {
      while (isWriting) {
        await poll();
        await pause(5);
      }
      await poll();
    })();
    const write = async (who: number, n: number) => {
      const client = await pool.connect();
      await client.query("BEGIN; INSERT INTO naive_change VALUES (nextval('naive'))");
      await pause((who * 7 + n * 5) % 13);
      await client.query('COMMIT');
      client.release();
    };
    const writers = Array.from({ length: 8 }, async (_, who) => {
      for (let n = 0; n < 40; n += 1) await write(who, n);
    });
    await Promise.all(writers);
    isWriting = false;
    await poller;
    await pool.end();
    console.log(`T3: a poller of a plain sequence lost ${320 - seen} of 320 changes`);
    expect(seen).toBeLessThan(320);
  });
});
