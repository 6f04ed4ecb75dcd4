import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const migrations = fileURLToPath(new URL('../../server/migrations/postgres/', import.meta.url));

/** Tables as the migrations make them, and every row: SQL that fills an empty database. The binaries from npm hold no pg_dump. */
export async function dumpPostgres(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const lines = readdirSync(migrations)
      .filter((file) => file.endsWith('.sql'))
      .sort()
      .map((file) => readFileSync(migrations + file, 'utf8').replaceAll('--> statement-breakpoint', ''));
    for (const { schema, name } of await tablesOf(client)) {
      const table = `${quoted(schema)}.${quoted(name)}`;
      const isMade = lines.some((line) => line.includes(`CREATE TABLE ${quoted(name)}`));
      if (!isMade) lines.push(await definitionOf(client, schema, name));
      lines.push(`DELETE FROM ${table};`);
      const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${table}`);
      for (const row of rows) {
        const values = Object.values(row).map((value) => literal(value));
        lines.push(`INSERT INTO ${table} (${Object.keys(row).map(quoted).join(', ')}) VALUES (${values.join(', ')});`);
      }
      if (!isMade) lines.push(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), max(id)) FROM ${table};`);
    }
    return `${lines.join('\n')}\n`;
  } finally {
    await client.end();
  }
}

/** Every row of every table as PostgreSQL prints it, bytes in hexadecimal: what somebody finds who has a dump. */
export async function rowsInPostgres(url: string): Promise<readonly string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const all: string[] = [];
    for (const { schema, name } of await tablesOf(client)) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM ${quoted(schema)}.${quoted(name)} t`,
      );
      all.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    return all;
  } finally {
    await client.end();
  }
}

async function tablesOf(client: pg.Client): Promise<readonly { readonly schema: string; readonly name: string }[]> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
  );
  return rows;
}

/** The migrator's own table, which no migration makes. */
async function definitionOf(client: pg.Client, schema: string, name: string): Promise<string> {
  const { rows } = await client.query<{ name: string; type: string }>(
    'SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position',
    [schema, name],
  );
  const columns = rows.map(
    (column) => `${quoted(column.name)} ${column.name === 'id' ? 'SERIAL PRIMARY KEY' : column.type}`,
  );
  return `CREATE TABLE ${quoted(schema)}.${quoted(name)} (${columns.join(', ')});`;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return pg.escapeLiteral(String(value));
}
