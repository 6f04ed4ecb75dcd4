import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { findMigrations } from './migrations.ts';
import { openPostgresConnection } from './postgres/postgres-connection.ts';
import { createSqlStore } from './sql-store.ts';
import { openSqliteConnection } from './sqlite/sqlite-connection.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** `file:<path>` for SQLite, `postgres://…` for PostgreSQL. */
  readonly url: string;
  /** A direct connection for LISTEN and migrations, where `url` leads through a pooler. */
  readonly listenUrl?: string;
  /** Milliseconds since epoch. */
  readonly now: () => number;
  /** Makes the ids of documents; random ones by default. */
  readonly newId?: () => string;
  /** Holds `sqlite` and `postgres`; the server's own by default. */
  readonly migrationsFolder?: string;
  /** Told of trouble that nobody waits for, such as a lost idle connection; for the log. */
  readonly onProblem?: (error: Error) => void;
}

/** Opens the database that the URL names, brings its tables up to date, and returns the store over it. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { url, now, newId = randomUUID, migrationsFolder = findMigrations() } = options;
  if (url.startsWith('file:')) {
    const file = path.resolve(url.slice('file:'.length));
    const connection = openSqliteConnection({ file, migrationsFolder: path.join(migrationsFolder, 'sqlite') });
    return createSqlStore({ connection, now, newId });
  }
  if (/^postgres(ql)?:/.test(url)) {
    const { listenUrl = url, onProblem = () => undefined } = options;
    const folder = path.join(migrationsFolder, 'postgres');
    const connection = await openPostgresConnection({ url, listenUrl, migrationsFolder: folder, onProblem });
    return createSqlStore({ connection, now, newId });
  }
  throw new Error(`GLIDEPATH_DATABASE_URL: "${url.split(':')[0]}:" is not known. Accepted: file:<path>, postgres://…`);
}
