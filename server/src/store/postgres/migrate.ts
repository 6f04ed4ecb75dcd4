import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { MIGRATIONS_TABLE, refuseNewer } from '../migrations.ts';
import { checkVersion, MINIMUM_POSTGRES } from '../version.ts';

/** Any number, the same in every release: replicas that start together take turns under it. */
const MIGRATION_LOCK = 7_126_430_112;

/** Brings the tables up to date on a connection of its own, while no other replica does. */
export async function migratePostgres(connectionString: string, migrationsFolder: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await checkServer(client);
    await client.query('SET statement_timeout = 300000');
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    refuseNewer(migrationsFolder, await newestMigration(client));
    const place = { migrationsTable: MIGRATIONS_TABLE, migrationsSchema: 'public' };
    await migrate(drizzle(client), { migrationsFolder, ...place });
  } finally {
    // Ending the session frees the lock, too.
    await client.end();
  }
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
  const number = Number(rows[0]?.server_version_num);
  checkVersion('PostgreSQL', `${Math.floor(number / 10_000)}.${number % 10_000}`, MINIMUM_POSTGRES);
}

async function newestMigration(client: pg.Client): Promise<number | null> {
  const { rows: found } = await client.query('SELECT to_regclass($1) AS name', [`public.${MIGRATIONS_TABLE}`]);
  if (found[0]?.name === null) return null;
  const { rows } = await client.query(`SELECT max(created_at)::float8 AS newest FROM public.${MIGRATIONS_TABLE}`);
  return rows[0]?.newest ?? null;
}
