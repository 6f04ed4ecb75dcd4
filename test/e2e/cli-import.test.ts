import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evaluator, System } from '../../cli/src/import/imported.ts';
import type { Fields } from '../../cli/src/import/reading.ts';
import { SYSTEMS } from '../../cli/src/import/systems.ts';
import { chanceOf } from '../../cli/src/import/testing-chance.ts';
import { aFlagdContext, aFlagdFile } from '../../cli/src/import/testing-flagd.ts';
import { aGrowthBookProject, growthBookAttributes } from '../../cli/src/import/testing-growthbook.ts';
import { aLaunchDarklyContext, aLaunchDarklyProject } from '../../cli/src/import/testing-launchdarkly.ts';
import { anUnleashContext, anUnleashProject } from '../../cli/src/import/testing-unleash.ts';
import { openShell, type Shell } from '../support/cli.ts';
import { type ServerProcess, startServer } from '../support/processes.ts';
import { enter, type Send } from '../support/start-service.ts';

/**
 * S40: from the export of another service to what our own answers. That the verifier knows what they answer is held
 * against their own SDKs, beside it.
 */

type Vendor = keyof typeof SYSTEMS;

interface Given {
  readonly documents: readonly unknown[];
  /** As the export names it; empty where it does not say. */
  readonly environment: string;
  readonly contexts: readonly Fields[];
}

const FLAGS = 25;
const CONTEXTS = 10;
const chance = chanceOf(31);
const contextsBy = (make: (from: typeof chance) => Fields) => Array.from({ length: CONTEXTS }, () => make(chance));
const launchDarkly = aLaunchDarklyProject(9, FLAGS);
const GIVEN: Readonly<Record<Vendor, Given>> = {
  launchdarkly: {
    documents: [launchDarkly.flags, launchDarkly.segments],
    environment: 'production',
    contexts: contextsBy(aLaunchDarklyContext),
  },
  unleash: {
    documents: [anUnleashProject(chance, FLAGS)],
    environment: '',
    contexts: contextsBy(anUnleashContext),
  },
  flagd: { documents: [aFlagdFile(5, FLAGS)], environment: '', contexts: contextsBy(aFlagdContext) },
  growthbook: {
    documents: [aGrowthBookProject(chance, FLAGS)],
    environment: '',
    contexts: contextsBy(growthBookAttributes),
  },
};

let dataDir: string;
let server: ServerProcess;
let send: Send;
let shell: Shell;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-imports-'));
  server = await startServer({ GLIDEPATH_DATA_DIR: dataDir, GLIDEPATH_LOG_LEVEL: 'warn' });
  const { url, setupLink } = server;
  if (url === null) throw new Error(server.output());
  ({ send } = await enter(url, setupLink));
  const { body } = await send<{ secret: string }>('POST', '/api/v1/api-tokens', {
    body: { name: 'pipeline', role: 'admin' },
  });
  shell = openShell({ GLIDEPATH_URL: url, GLIDEPATH_TOKEN: body.secret });
});
afterAll(async () => {
  shell[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFileSync(path.join(shell.folder, name), text);
const inLines = (contexts: readonly Fields[]) => contexts.map((context) => JSON.stringify(context)).join('\n');

/** Writes the export into the shell's folder and answers the words that import it. */
async function given(vendor: Vendor): Promise<readonly string[]> {
  const { documents, contexts } = GIVEN[vendor];
  const made = await send('POST', '/api/v1/projects', { body: { key: vendor } });
  expect(made.status).toBe(201);
  const names = documents.map((document, index) => {
    write(`${vendor}-${index}.json`, JSON.stringify(document));
    return `${vendor}-${index}.json`;
  });
  write(`${vendor}.jsonl`, inLines(contexts));
  return ['import', vendor, ...names, '--project', vendor, '--env', 'production'];
}

/** What they answer, and undefined where a percentage decides. */
function certain(theirs: Evaluator, flag: string, context: Fields): unknown {
  let isDealt = false;
  const value = theirs.evaluate(flag, context, (_count, chosen) => {
    isDealt = true;
    return chosen();
  });
  return isDealt ? undefined : value;
}

/** Every flag that the report says nothing of, for every context, as the service answers it; how many were compared. */
async function compared(vendor: Vendor, told: ReadonlySet<string>): Promise<number> {
  const { documents, environment, contexts } = GIVEN[vendor];
  const system: System = SYSTEMS[vendor];
  const read = system.read(documents);
  const theirs = read.evaluatorOf(environment);
  let count = 0;
  for (const context of contexts) {
    const { body } = await send<{ items: readonly { flag: string; value: unknown }[] }>(
      'POST',
      `/api/v1/projects/${vendor}/environments/production/evaluate`,
      { body: { context: read.contextOf(context) } },
    );
    const answers = new Map(body.items.map(({ flag, value }) => [flag, value]));
    for (const flag of theirs.flags) {
      const value = certain(theirs, flag, context);
      if (value === undefined || told.has(read.keyOf(flag))) continue;
      expect(answers.get(read.keyOf(flag)), `${flag} for ${JSON.stringify(context)}`).toEqual(value);
      count += 1;
    }
  }
  return count;
}

describe('an export', () => {
  test.for(Object.keys(GIVEN) as Vendor[])(
    'of %s is imported as one change, answers what it answered there, and then nothing is left to do',
    async (vendor) => {
      const words = await given(vendor);
      const apply = [...words, '--apply', '--yes', '--reason', 'moving house', '--json'];
      const imported = await shell.run([...apply, '--verify', `${vendor}.jsonl`]);
      expect([imported.code, imported.stderr]).toEqual([0, '']);
      const document = JSON.parse(imported.stdout);
      expect(document).toMatchObject({
        written: [],
        verified: { contexts: CONTEXTS, unexplained: 0, differences: [] },
        applied: { changeId: expect.any(String), versions: { production: 2 } },
      });
      const notes = document.notes as readonly { severity: string; kind: string; key: string }[];
      const told = notes.filter(({ severity, kind }) => severity !== 'told' && kind === 'flag').map(({ key }) => key);
      expect(await compared(vendor, new Set(told))).toBeGreaterThan(100);

      const folder = `${vendor}-files`;
      const again = await shell.run([...apply, '--out', folder]);
      expect(again.code, again.stderr).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({ applied: { changeId: null, changes: [], versions: {} } });
      const planned = await shell.run(['plan', '--folder', folder, '--project', vendor]);
      expect([planned.code, planned.stdout, planned.stderr]).toEqual([
        0,
        'The service says the same as the definitions.\n',
        '',
      ]);
    },
  );

  test('that answers something else here for no reason that is known is not sent', async () => {
    const constraints = [{ contextName: 'age', operator: 'NUM_GT', value: '20', values: [], inverted: false }];
    const strategies = [{ name: 'default', parameters: {}, constraints }];
    write('late.json', JSON.stringify({ version: 2, features: [{ name: 'late', enabled: true, strategies }] }));
    // A number in the clothes of a text: there it is taken for a number.
    write('late.jsonl', inLines([{ userId: 'u-1', properties: { age: '30' } }]));
    const words = ['import', 'unleash', 'late.json', '--env', 'production', '--verify', 'late.jsonl'];
    const refused = await shell.run([...words, '--apply', '--yes', '--reason', 'moving house']);
    expect([refused.code, refused.stderr]).toEqual([2, '']);
    expect(refused.stdout).toContain('late: true there, false here');
    expect(refused.stdout).toContain('Nothing was sent');
    expect((await send('GET', '/api/v1/projects/default/flags/late')).status).toBe(404);
  });
});
