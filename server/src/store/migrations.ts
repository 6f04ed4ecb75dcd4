import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';

/** The table in which each database keeps what was applied to it. */
export const MIGRATIONS_TABLE = 'migration';

/** The folder that holds `sqlite` and `postgres`: beside the sources as well as beside the built server. */
export function findMigrations(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'migrations', 'sqlite'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('the folder "migrations" of the server is missing: install Glidepath again');
    folder = parent;
  }
  return path.join(folder, 'migrations');
}

/** Refuses a database that a newer release has altered. `applied` is the newest mark in it, null when it is empty. */
export function refuseNewer(migrationsFolder: string, applied: number | null): void {
  const known = readMigrationFiles({ migrationsFolder }).map((migration) => migration.folderMillis);
  if (applied === null || applied <= Math.max(...known)) return;
  throw new Error(
    'The database was written by a newer Glidepath. Start that release, or restore a backup made before it.',
  );
}
