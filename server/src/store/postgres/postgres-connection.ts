import { asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Bulk, Connection, Db, Locks } from '../connection.ts';
import { headColumns } from '../environment-rows.ts';
import { createWatchers } from '../watchers.ts';
import { migratePostgres } from './migrate.ts';
import { createNotifier, type Listener, openListener } from './notices.ts';
import { isLost, mayRetry, postgresErrorOf } from './postgres-errors.ts';
import * as tables from './schema.ts';

/** Any number, the same in every release: who holds it tidies up. */
const PRUNE_LOCK = 7_126_430_113;
const ATTEMPTS = 3;

export interface PostgresConnectionOptions {
  readonly url: string;
  /** A direct connection for LISTEN and migrations. */
  readonly listenUrl: string;
  readonly migrationsFolder: string;
  /** Told of trouble that nobody waits for: a lost idle connection, a lost notification. */
  readonly onProblem: (error: Error) => void;
}

/** Reads and writes have pools of their own, so that waiting writers never hold up who only reads. */
export async function openPostgresConnection(options: PostgresConnectionOptions): Promise<Connection> {
  const { url, listenUrl, onProblem } = options;
  await migratePostgres(listenUrl, options.migrationsFolder);
  const watchers = createWatchers();
  const reads = openPool({ url, onProblem, max: 4, durable: true });
  const writes = openPool({ url, onProblem, max: 8, durable: true });
  const notices = openPool({ url, onProblem, max: 1, durable: false });
  const notifier = createNotifier({ pool: notices, onProblem });
  const listener = await openListener({ connectionString: listenUrl, onNotice: () => watchers.call(), onProblem });
  const readable = drizzle(reads) as unknown as Db;
  let closing: Promise<void> | null = null;

  async function oneValue<T>(query: string): Promise<T> {
    return normalised(async () => {
      const { rows } = await reads.query<{ value: T }>(query);
      if (!rows[0]) throw new Error(`no answer to ${query}`);
      return rows[0].value;
    });
  }

  return {
    dialect: 'postgresql',
    tables,
    locks,
    bulk,
    read: (work) => normalised(() => work(readable)),
    write: (work) => normalised(() => transactAgain(writes, work)),
    // Every statement is waited for, and others are served meanwhile.
    rest: async () => undefined,
    announce(what) {
      // Who is in this process need not wait for the way round.
      watchers.call();
      notifier.announce(what);
    },
    watch: (added) => watchers.add(added),
    databaseTime: () => oneValue<number>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS value'),
    timeline: () => oneValue<string>('SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS value'),
    close() {
      closing ??= closeAll({ idle: () => notifier.idle(), listener, pools: [reads, writes, notices] });
      return closing;
    },
  };
}

interface PoolOptions {
  readonly url: string;
  readonly max: number;
  /** False only for notifications: their loss costs nothing. */
  readonly durable: boolean;
  readonly onProblem: (error: Error) => void;
}

function openPool({ url, max, durable, onProblem }: PoolOptions): pg.Pool {
  const settings = [
    `SET synchronous_commit = ${durable ? 'on' : 'off'}`,
    'SET statement_timeout = 5000',
    'SET lock_timeout = 3000',
    'SET idle_in_transaction_session_timeout = 10000',
  ].join(';');
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    // Longer than the server's own limit: strikes when the server has fallen silent.
    query_timeout: 8_000,
    keepAlive: true,
    application_name: 'glidepath',
    // Not as start-up options, which poolers refuse.
    onConnect: async (client) => {
      await client.query(settings);
    },
  });
  pool.on('error', (cause) => onProblem(new Error('an idle database connection was lost', { cause })));
  // Whoever uses the connection hears of its loss from the query; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Again where the database asks for it: the work has no effect outside the transaction. */
async function transactAgain<T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact(pool, work);
    } catch (error) {
      if (attempt === ATTEMPTS || !mayRetry(error)) throw error;
    }
  }
}

async function transact<T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isUsable = true;
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const result = await work(drizzle(client) as unknown as Db);
    const { command } = await client.query('COMMIT');
    // After a failed statement PostgreSQL answers COMMIT with a rollback, and no error.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed');
    return result;
  } catch (error) {
    isUsable = !isLost(error) && (await rollBack(client));
    throw error;
  } finally {
    client.release(!isUsable);
  }
}

/** False when the connection is lost, and the transaction with it. */
async function rollBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** Row locks make versions appear in the order of commits. */
const locks: Locks = {
  heads: (db, ids) =>
    db
      .select(headColumns(tables))
      .from(tables.env)
      .where(inArray(tables.env.id, [...ids]))
      .orderBy(asc(tables.env.id))
      .for('update'),
  async auditHead(db) {
    const { id, seq, hash } = tables.auditHead;
    const [head] = await db.select({ seq, hash }).from(tables.auditHead).where(eq(id, 1)).for('update');
    if (!head) throw new Error('the head of the audit chain is missing: the database was altered by hand');
    return head;
  },
  async turn(db) {
    const isMine = sql<boolean>`pg_try_advisory_xact_lock(${PRUNE_LOCK})`;
    const [row] = await db.select({ isMine }).from(tables.auditHead);
    return row?.isMine ?? false;
  },
};

const bulk: Bulk = {
  async run(db, statement) {
    await db.execute(statement);
  },
  async rows<R>(db: Db, statement: SQL) {
    const { rows } = (await db.execute(statement)) as unknown as { readonly rows: readonly R[] };
    return rows;
  },
  elements: (json) => sql`jsonb_array_elements(CAST(${json} AS jsonb)) AS e(value)`,
};

interface Closing {
  readonly idle: () => Promise<void>;
  readonly listener: Listener;
  readonly pools: readonly pg.Pool[];
}

async function closeAll({ idle, listener, pools }: Closing): Promise<void> {
  await idle();
  await listener.close();
  for (const pool of pools) await pool.end();
}

async function normalised<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw postgresErrorOf(error);
  }
}
