import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShell, type Shell } from '../support/cli.ts';
import { flagWorld } from '../support/flag-world.ts';
import { type Service, startService } from '../support/start-service.ts';

const CLIENT = `import { createClient } from '@glidepath/sdk-node';\nexport const flags = createClient();\n`;
const asks = (key: string) =>
  `import { flags } from './flags.ts';\nexport const on = flags.variation('${key}', {}, false);\n`;

let service: Service;
let folder: string;
let shell: Shell;

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
function git(...args: readonly string[]): void {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}
function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
}

beforeAll(async () => {
  service = await startService();
  folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-scanned-'));
  const token = await service.token({ role: 'editor' });
  shell = openShell({ GLIDEPATH_URL: service.url, GLIDEPATH_TOKEN: token }, { cwd: folder });
  const world = flagWorld(service);
  await world.flag({ key: 'new-checkout' });
  await world.flag({ key: 'old-banner' });
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', 'https://ann:gh-secret@github.com/acme/shop.git');
  write('flags.ts', CLIENT);
  write('pay.ts', asks('new-checkout'));
  write('banner.ts', asks('old-banner'));
  commit();
});
afterAll(async () => {
  shell[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  await service[Symbol.asyncDispose]();
});

describe('a repository', () => {
  test('is uploaded, and the service knows where each flag is named', async () => {
    const { code, stdout, stderr } = await shell.run(['scan', '--check', '--upload', '--json']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [],
      unusedKeys: [],
      upload: { outcome: 'kept', references: 2, unknownKeys: [], vanished: [] },
    });
  });

  test('tells by the next upload which flag no code names any more', async () => {
    rmSync(path.join(folder, 'banner.ts'));
    commit();
    const { code, stdout, stderr } = await shell.run(['scan', '--upload', '--context-lines', '1']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/sent 1 reference of github\.com\/acme\/shop: kept/);
    expect(stdout).toMatch(/gone from all code: ready to be archived:\n {2}old-banner \(since \d{4}-\d\d-\d\d\)/);
    expect(stdout + stderr).not.toContain('gh-secret');
  });

  test('S40: with a wrong key fails its pipeline, with exit 2 and the key that is meant', async () => {
    write('wrong.ts', asks('new-chekout'));
    const { code, stdout } = await shell.run(['scan', '--check']);
    expect(code).toBe(2);
    expect(stdout).toContain('wrong.ts:2: The code asks for `new-chekout`');
    expect(stdout).toContain('Did you mean `new-checkout`?');
    rmSync(path.join(folder, 'wrong.ts'));
  });

  test('of 2,000 files, of which one in ten asks for a flag, is scanned whole', async () => {
    mkdirSync(path.join(folder, 'large'));
    const body = Array.from(
      { length: 30 },
      (_, index) => `export const sum${index} = (a: number) => {\n  return a + 1;\n};\n`,
    );
    const text = body.join('');
    const asking = `${asks('new-checkout').replace('./', '../')}${text}`;
    for (let index = 0; index < 2_000; index += 1) write(`large/module-${index}.ts`, index % 10 === 0 ? asking : text);
    const begun = performance.now();
    const { code, stdout, stderr } = await shell.run(['scan', '--json']);
    const seconds = (performance.now() - begun) / 1_000;
    expect(code, stderr).toBe(0);
    const { files, references } = JSON.parse(stdout);
    expect([files, references.length]).toEqual([2_002, 201]);
    console.log(`2,002 files, 201 references: ${seconds.toFixed(1)} s`);
  });
});
