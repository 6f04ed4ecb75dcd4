import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sdk = path.join(root, 'sdk-node');
const consumers = path.join(root, 'test/consumers');

/** What compiling 1,000 flags and 1,000 calls should take where nothing else runs. */
const TARGETS_MS: Readonly<Record<string, number>> = { '5.9': 3_000, '7.0': 1_000 };
const AT_MOST_TIMES_ONE_FLAG = 6;
const ATTEMPTS = 6;
const COMPILERS: readonly (readonly [version: string, command: readonly string[]])[] = [
  ...['5.4', '5.9', '6.0'].map(
    (version) => [version, [process.execPath, `${consumers}/node_modules/typescript-${version}/bin/tsc`]] as const,
  ),
  ['7.0', [path.join(root, 'node_modules/.bin/tsc')]],
];

/** All that the declarations take from what Node or a browser declares, both of which are slow to check. */
const GLOBALS = 'interface AbortSignal { readonly aborted: boolean }';

/** An application beside the built SDK, with none of our sources in reach. */
function project(sources: Readonly<Record<string, string>>, skipLibCheck: boolean): string {
  const files = { 'globals.d.ts': GLOBALS, ...sources };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-types-'));
  const installed = path.join(folder, 'node_modules/@glidepath/sdk-node');
  mkdirSync(installed, { recursive: true });
  for (const part of ['dist', 'package.json'])
    cpSync(path.join(sdk, part), path.join(installed, part), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        noEmit: true,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck,
        module: 'nodenext',
        moduleResolution: 'nodenext',
        target: 'es2022',
        lib: ['es2022'],
        types: [],
      },
      files: Object.keys(files),
    }),
  );
  return folder;
}

function compile(
  [command = '', ...more]: readonly string[],
  folder: string,
): { readonly said: string; readonly ms: number } {
  const begin = performance.now();
  const { stdout, stderr } = spawnSync(command, [...more, '-p', folder], { encoding: 'utf8', timeout: 120_000 });
  return { said: stdout + stderr, ms: performance.now() - begin };
}

const keys = Array.from({ length: 1_000 }, (_, index) => `flag-${index}`);

function programOf(declared: readonly string[]): string {
  const isOnOff = (key: string) => key.endsWith('0');
  return `import { createClient } from '@glidepath/sdk-node';
declare module '@glidepath/sdk-node' { interface Register { flags: {
${declared.map((key) => `  '${key}': ${isOnOff(key) ? 'boolean' : "'a' | 'b'"};`).join('\n')}
} } }
const flags = createClient();
${declared.map((key) => `flags.variation('${key}', null, ${isOnOff(key) ? 'false' : "'a'"});`).join('\n')}
`;
}

const folders: string[] = [];
const open = (files: Readonly<Record<string, string>>, skipLibCheck = false): string => {
  const folder = project(files, skipLibCheck);
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.each(COMPILERS)('S17: with TypeScript %s', (_, tsc) => {
  test.for(['registered', 'unregistered'])(
    'the calls of an application (%s) compile, and wrong ones do not',
    (name) => {
      const source = readFileSync(path.join(consumers, 'types', `${name}.ts`), 'utf8');
      // As an ES module and as a CommonJS module: each has its own declarations.
      expect(compile(tsc, open({ 'calls.mts': source, 'calls.cts': source })).said).toBe('');
    },
  );
});

describe.each(COMPILERS.filter(([version]) => version in TARGETS_MS))('S17: with TypeScript %s', (version, tsc) => {
  const target = TARGETS_MS[version];
  test('1,000 flags and 1,000 calls compile in time', () => {
    const projects = {
      few: open({ 'few.ts': programOf(keys.slice(0, 1)) }, true),
      many: open({ 'many.ts': programOf(keys) }, true),
    };
    const least = { few: Number.POSITIVE_INFINITY, many: Number.POSITIVE_INFINITY };
    // In turns, so that a busy machine is busy for both; what is true shows in one of a few.
    for (let n = 0; n < ATTEMPTS && !(least.many / least.few < AT_MOST_TIMES_ONE_FLAG); n += 1)
      for (const name of ['few', 'many'] as const) {
        const { said, ms } = compile(tsc, projects[name]);
        expect(said).toBe('');
        least[name] = Math.min(least[name], ms);
      }
    const measured = `${Math.round(least.many)} ms (target ${target} ms; one flag and one call ${Math.round(least.few)} ms)`;
    console.log(`TypeScript ${version}: 1,000 flags and 1,000 calls in ${measured}`);
    expect(least.many / least.few).toBeLessThan(AT_MOST_TIMES_ONE_FLAG);
  });
});
