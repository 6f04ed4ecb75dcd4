import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { cliFile } from '../support/cli.ts';

const folder = path.dirname(path.dirname(cliFile));
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');

/** Packages that the source maps of what was built lead to. */
function packagesIn(dist: string): readonly string[] {
  const maps = readdirSync(path.join(folder, dist)).filter((name) => name.endsWith('.js.map'));
  const sources = maps.flatMap((map) => JSON.parse(read(`${dist}/${map}`)).sources as readonly string[]);
  // By the folders of the installation: maps that packages bring along tell how they look inside.
  const names = sources.flatMap((source) => /\/\.pnpm\/((?:@[^/+]+\+)?[^/@]+)@/.exec(source)?.[1] ?? []);
  return [...new Set(names.map((name) => name.replace('+', '/')))];
}

describe('the package of the command', () => {
  let files: readonly string[];

  beforeAll(() => {
    const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: folder, encoding: 'utf8' });
    expect(packed.status, packed.stderr).toBe(0);
    files = JSON.parse(packed.stdout)[0].files.map(({ path: file }: { path: string }) => file);
  });

  test('holds the schema of definitions, for editors that ask no network', () => {
    expect(files).toContain('schema/flags-v1.schema.json');
    const published = readFileSync(path.join(root, 'docs/schema/flags-v1.schema.json'), 'utf8');
    expect(read('schema/flags-v1.schema.json')).toBe(published);
  });

  test('names everybody whose code it carries, with the text of their licence, and no program for one machine', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'THIRD-PARTY.txt', 'dist/main.js']));
    expect(files.filter((file) => file.startsWith('dist/glidepath'))).toEqual([]);
    const told = read('THIRD-PARTY.txt');
    const carried = [...packagesIn('dist'), ...packagesIn('dist/chunks'), 'jq-wasm'];
    expect(carried).toEqual(expect.arrayContaining(['yaml', '@babel/parser', 're2js']));
    const missing = carried.filter((name) => !told.includes(`\n${name} `));
    expect(missing).toEqual([]);
    for (const words of ['Copyright Eemeli Aro', 'Oniguruma', 'decNumber']) expect(told).toContain(words);
  });
});
