import type { Tables } from './connection.ts';

type SqliteTables = typeof import('./sqlite/schema.ts');

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Rows<S> = {
  [K in keyof S]: S[K] extends { $inferSelect: infer Read; $inferInsert: infer Write }
    ? { read: Read; write: Write }
    : never;
};
type Twin = Same<Rows<SqliteTables>, Rows<Tables>> extends true ? SqliteTables : never;

/** SQLite's tables under PostgreSQL's types; calling it compiles only while both have the same columns. */
export function asTables(schema: Twin): Tables {
  // drizzle builds the same queries from both.
  return schema as unknown as Tables;
}
