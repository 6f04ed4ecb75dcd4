import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as rest } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { asc, inArray, type SQL, sql } from 'drizzle-orm';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { readAuditHead } from '../audit-rows.ts';
import type { Bulk, Connection, Db, Locks } from '../connection.ts';
import { headColumns } from '../environment-rows.ts';
import { MIGRATIONS_TABLE, refuseNewer } from '../migrations.ts';
import { asTables } from '../parity.ts';
import { checkVersion, MINIMUM_SQLITE } from '../version.ts';
import { createWatchers } from '../watchers.ts';
import { takeOwnerLock } from './owner-lock.ts';
import * as schema from './schema.ts';
import { sqliteErrorOf } from './sqlite-errors.ts';
import { createWriteQueue } from './write-queue.ts';

const tables = asTables(schema);

export interface SqliteConnectionOptions {
  readonly file: string;
  readonly migrationsFolder: string;
}

/** A connection that can also limit the size of its file, as a full disk does. */
export interface SqliteConnection extends Connection {
  /** The most pages that the file may have. */
  limitPages(pages: number): void;
}

/** One writer behind a queue and one read-only reader: a reader never sees half a transaction. */
export function openSqliteConnection({ file, migrationsFolder }: SqliteConnectionOptions): SqliteConnection {
  prepareFile(file);
  const lock = takeOwnerLock(file);
  try {
    const writer = openWriter(file, migrationsFolder);
    const reader = openReader(file);
    return connectionOf({ writer, reader, release: () => lock.release() });
  } catch (error) {
    lock.release();
    throw error instanceof Database.SqliteError ? unreadable(file, error) : error;
  }
}

function unreadable(file: string, cause: Error): Error {
  return new Error(
    `${file} cannot be opened: ${cause.message}. It was left as it is. Put a backup in its place, or move it away to begin anew.`,
    { cause },
  );
}

/** SQLite gives its side files the mode of the main one. */
function prepareFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

function openWriter(file: string, migrationsFolder: string): Database.Database {
  const writer = new Database(file, { timeout: 5_000 });
  try {
    checkVersion('SQLite', String(writer.prepare('SELECT sqlite_version()').pluck().get()), MINIMUM_SQLITE);
    writer.pragma('journal_mode = WAL');
    writer.pragma('synchronous = FULL');
    writer.pragma('foreign_keys = ON');
    writer.pragma('trusted_schema = OFF');
    refuseNewer(migrationsFolder, newestMigration(writer));
    migrate(drizzle(writer), { migrationsFolder, migrationsTable: MIGRATIONS_TABLE });
    return writer;
  } catch (error) {
    writer.close();
    throw error;
  }
}

function newestMigration(writer: Database.Database): number | null {
  const isKept = writer.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(MIGRATIONS_TABLE);
  if (!isKept) return null;
  return writer.prepare(`SELECT max(created_at) FROM ${MIGRATIONS_TABLE}`).pluck().get() as number | null;
}

function openReader(file: string): Database.Database {
  const reader = new Database(file, { readonly: true, timeout: 5_000 });
  reader.pragma('trusted_schema = OFF');
  return reader;
}

interface Handles {
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  readonly release: () => void;
}

function connectionOf({ writer, reader, release }: Handles): SqliteConnection {
  const queue = createWriteQueue();
  const watchers = createWatchers();
  const readable = drizzle(reader) as unknown as Db;
  const writable = drizzle(writer) as unknown as Db;
  let closing: Promise<void> | null = null;

  async function transact<T>(work: (db: Db) => Promise<T>): Promise<T> {
    writer.exec('BEGIN IMMEDIATE');
    try {
      const result = await work(writable);
      writer.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk may have rolled back already.
      if (writer.inTransaction) writer.exec('ROLLBACK');
      throw error;
    }
  }

  async function close(): Promise<void> {
    await queue.idle();
    reader.close();
    writer.close();
    release();
  }

  return {
    dialect: 'sqlite',
    tables,
    locks,
    bulk,
    read: (work) => normalised(() => work(readable)),
    write: (work) => queue.run(() => normalised(() => transact(work))),
    rest: () => rest(),
    announce: () => watchers.call(),
    watch: (listener) => watchers.add(listener),
    databaseTime: async () =>
      Number(reader.prepare("SELECT CAST(round(unixepoch('now', 'subsec') * 1000) AS INTEGER)").pluck().get()),
    timeline: async () => null,
    limitPages: (pages) => {
      writer.pragma(`max_page_count = ${pages}`);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** The one writer is the lock; only the order of what it reads is left to do. */
const locks: Locks = {
  heads: (db, ids) =>
    db
      .select(headColumns(tables))
      .from(tables.env)
      .where(inArray(tables.env.id, [...ids]))
      .orderBy(asc(tables.env.id)),
  auditHead: (db) => readAuditHead(db, tables),
  turn: async () => true,
};

const bulk: Bulk = {
  async run(db, statement) {
    (db as unknown as BetterSQLite3Database).run(statement);
  },
  rows: async <R>(db: Db, statement: SQL) => (db as unknown as BetterSQLite3Database).all<R>(statement),
  elements: (json) => sql`json_each(${json}) AS e`,
};

async function normalised<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sqliteErrorOf(error);
  }
}
