// Freezes the product as it is, for all that comes later: `npm run freeze -- N`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { dumpPostgres } from '../support/pg-dump.ts';
import { startPostgres } from '../support/postgres.ts';
import { type Service, startService } from '../support/start-service.ts';
import { contexts, seed } from './seed.ts';

const GOLDEN = 500;
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Golden {
  readonly flag: string;
  readonly context: unknown;
  readonly value: unknown;
  readonly variation: string | null;
  readonly reason: { readonly kind: string };
}

const number = process.argv[2] ?? '';
if (!/^\d+$/.test(number)) throw new Error('which stage? npm run freeze -- N');
const folder = path.join(root, 'test/compat', number);
if (existsSync(folder)) throw new Error(`${folder} is frozen already and must never change`);
mkdirSync(folder);

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-freeze-'));
{
  await using service = await startService({ dataDir });
  const sdkKey = await service.sdkKey('production');
  const keys = await seed(service);
  writeFileSync(path.join(folder, 'golden.json'), `${JSON.stringify({ sdkKey, golden: await golden(service, keys) }, null, 1)}\n`);
}
const database = new Database(path.join(dataDir, 'glidepath.db'));
database.pragma('wal_checkpoint(TRUNCATE)');
database.pragma('journal_mode = DELETE');
database.close();
for (const file of ['glidepath.db', 'secret.key']) cpSync(path.join(dataDir, file), path.join(folder, file));
rmSync(dataDir, { recursive: true });

{
  await using postgres = await startPostgres();
  const postgresDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-freeze-'));
  const settings = { DATABASE_URL: postgres.url, SECRET: 'frozen secret of a test database' };
  {
    await using service = await startService({ dataDir: postgresDir, settings });
    await seed(service);
  }
  writeFileSync(path.join(folder, 'postgres.sql'), await dumpPostgres(postgres.url));
  rmSync(postgresDir, { recursive: true });
}

const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: path.join(root, 'sdk-node'), encoding: 'utf8' });
if (packed.status !== 0) throw new Error(packed.stderr);
renameSync(path.join(folder, packed.stdout.trim()), path.join(folder, 'sdk-node.tgz'));
console.log(`${folder}: ${readdirSync(folder).join(', ')}`);

/** Every flag for every context in turn, until there are enough. */
async function golden(service: Service, keys: readonly string[]): Promise<readonly Golden[]> {
  const pairs = keys.flatMap((flag) => contexts.map((context) => ({ flag, context })));
  const step = pairs.length / GOLDEN;
  const chosen = Array.from({ length: GOLDEN }, (_, i) => pairs[Math.floor(i * step)]).filter((pair) => pair !== undefined);
  const answers: Golden[] = [];
  for (const { flag, context } of chosen) {
    const route = `/api/v1/projects/default/environments/production/flags/${flag}/evaluate`;
    const { status, body } = await service.admin.send<Golden>('POST', route, { body: { context } });
    if (status !== 200) throw new Error(`${route}: ${JSON.stringify(body)}`);
    answers.push({ flag, context, value: body.value, variation: body.variation, reason: { kind: body.reason.kind } });
  }
  return answers;
}
