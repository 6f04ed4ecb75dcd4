import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { EnvironmentHead } from './store.ts';

/** The tables as PostgreSQL's types describe them; SQLite's twins are cast to these, and `parity.ts` keeps them equal. */
export type Tables = typeof import('./postgres/schema.ts');

/** What queries run on: a pool, a connection, or a transaction. */
export type Db = PgDatabase<PgQueryResultHKT>;

/** What the dialects truly differ in. Everything rejects with `RefusedError` where the database is full or away. */
export interface Connection {
  readonly dialect: 'sqlite' | 'postgresql';
  readonly tables: Tables;
  readonly locks: Locks;
  readonly bulk: Bulk;
  /** Committed state only. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction: all or nothing, durable when it resolves. Must not be nested. */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Between two statements of a long transaction: lets others be served, other than by who writes. */
  rest(): Promise<void>;
  /** Tells watchers, here and in other processes, that something was committed. */
  announce(what: string): void;
  watch(listener: () => void): () => void;
  databaseTime(): Promise<number>;
  timeline(): Promise<string | null>;
  close(): Promise<void>;
}

/** Locks that last until the end of the transaction. */
export interface Locks {
  /** Environments in id order, so that two writers cannot deadlock. */
  heads(db: Db, ids: readonly string[]): Promise<readonly EnvironmentHead[]>;
  /** Always the last lock of a transaction. */
  auditHead(db: Db): Promise<{ readonly seq: number; readonly hash: string }>;
  /** Whether this process is the one that tidies up now. */
  turn(db: Db): Promise<boolean>;
}

/** For more rows than a statement has parameters: they travel as one text. */
export interface Bulk {
  /** Runs a statement that answers nothing. */
  run(db: Db, statement: SQL): Promise<void>;
  /** Runs a statement that answers rows. */
  rows<R>(db: Db, statement: SQL): Promise<readonly R[]>;
  /** A table `e` whose column `value` holds the elements of a JSON array, in order. */
  elements(json: string): SQL;
}
