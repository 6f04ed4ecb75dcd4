import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { flagItem } from '@glidepath/core/testing';
import { startTestServer } from '@glidepath/sdk-node/testing';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Consumer, type PackedSdk, packedConsumer } from '../support/packed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const consumers = path.join(root, 'test/consumers');

/** Versions of Node that packages are tried with; one that this machine lacks is said to be not run. */
const NODES: readonly (readonly [name: string, file: string])[] = [
  [`this Node (${process.versions.node})`, process.execPath],
  ...['22', '24', '26'].map((major) => {
    const file = path.join(consumers, `node_modules/node-${major}-${process.platform}-${process.arch}/bin/node`);
    return [`Node ${major}`, file] as const;
  }),
];
/** What runs programs for Node without being it, and how it is told to. */
const LIKE_NODE: readonly (readonly [name: string, file: string, ...how: string[]])[] = [
  ['Bun', path.join(consumers, `node_modules/@oven/bun-${process.platform}-${process.arch}/bin/bun`)],
  [
    'Deno',
    path.join(consumers, `node_modules/@deno/${process.platform}-${process.arch}-glibc/deno`),
    ...['run', '--quiet', '--no-lock', '--node-modules-dir=manual', '--allow-all'],
  ],
];
const isHere = ([, file]: readonly [name: string, file: string, ...more: string[]]): boolean => existsSync(file);
const HERE = NODES.filter(isHere);
const FORMATS = ['import', 'require'] as const;
const ELSEWHERE = ['Next.js standalone', 'workerd', 'webpack'];

// A rule with `matches` makes the packed chunk of the regular-expression engine load.
const RULESET = JSON.stringify({
  kind: 'full',
  epoch: '0123456789abcdef',
  version: 1,
  digest: createHash('sha256').update('flag\tnew-checkout\t1').digest('hex').slice(0, 32),
  items: [
    flagItem('new-checkout', {
      rules: [
        {
          id: 'r1',
          clauses: [{ attribute: 'key', operator: 'matches', values: ['^u-\\d+$'] }],
          serve: { variation: 0 },
        },
      ],
      fallthrough: { variation: 1 },
    }),
  ],
});
const PROGRAM = `
  const flags = createClient({ mode: 'offline', bootstrap: { ruleset: ${RULESET} }, logger: false });
  console.log(['u-1', 'x-1'].map((key) => flags.variation('new-checkout', { key }, null)).join(), flags.status.state);`;

const MAX_INSTALLED_BYTES = 1_048_576;
/** Loading `ws` takes about this long where importing the SDK takes 15 ms at most. */
const FLOOR_MS = 8;
const IMPORT_MS = 15;
/** By its name, as applications would: our file asks for it in a way that does not search it for what it exports. */
const AT_MOST_TIMES_WS = 2;

interface Probed {
  readonly before: object;
  readonly after: object;
  readonly environmentReads: readonly string[];
  readonly exported: Readonly<Record<string, readonly string[]>>;
  readonly millis: Readonly<Record<string, number>>;
}

describe('the packed SDKs, installed in a project of their own', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = packedConsumer();
    cpSync(path.join(consumers, 'probe.mjs'), path.join(consumer.folder, 'probe.mjs'));
    const absent = [...NODES, ...LIKE_NODE].filter((one) => !isHere(one));
    const notRun = [...absent.map(([name]) => name), ...ELSEWHERE];
    process.stdout.write(`consumers not run, because this machine lacks them: ${notRun.join(', ')}\n`);
  });
  afterAll(() => consumer[Symbol.dispose]());

  const sdk = (name: string): PackedSdk => {
    const found = consumer.sdks.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} is not packed`);
    return found;
  };
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { cwd: consumer.folder, encoding: 'utf8', timeout: 110_000 });
  const write = (file: string, text: string): string => {
    writeFileSync(path.join(consumer.folder, file), text);
    return file;
  };
  const probe = (node: string, format: string, entries: readonly string[]): Probed => {
    const { stdout, stderr } = run(node, ['probe.mjs', format, ...entries]);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Probed;
  };

  test('S39: have every file that theirs load, at once or on demand', () => {
    const loaded = (file: string) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import\(|require\() ?["'](\.\/[^"']+)["']/g)].map(([, name]) =>
        path.join(path.dirname(file), `${name}`),
      );
    const files = consumer.sdks.flatMap(({ folder }) =>
      filesIn(path.join(folder, 'dist')).filter((name) => /\.c?js$/.test(name)),
    );
    const all = files.flatMap(loaded);
    expect(all.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['index.js', 'index.cjs', 'page-breaker.js', 'page-breaker.cjs']),
    );
    expect(all.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('S39: have every file that their manifests name, and pass publint and attw', () => {
    for (const { name, folder, manifest, tarball } of consumer.sdks) {
      const files = [...JSON.stringify(manifest.exports).matchAll(/"(\.\/dist\/[^"]+)"/g)].map(([, file]) => `${file}`);
      expect(
        files.filter((file) => !existsSync(path.join(folder, file))),
        name,
      ).toEqual([]);
      const linted = run(bin('publint'), ['--strict', tarball]);
      expect(linted.status, linted.stdout + linted.stderr).toBe(0);
      const typed = run(bin('attw'), [tarball, '--profile', 'node16', '--no-color']);
      expect(typed.status, typed.stdout + typed.stderr).toBe(0);
    }
  });

  test.for(HERE.flatMap(([name, file]) => FORMATS.map((format) => [name, format, file] as const)))(
    'S39: %s: every entry loads by %s, and loading it does nothing',
    ([, format, node]) => {
      const entries = consumer.sdks.flatMap((one) => one.entries);
      const { before, after, environmentReads, exported } = probe(node, format, entries);
      expect(after).toEqual(before);
      expect(environmentReads).toEqual([]);
      const empty = entries.filter((entry) => (exported[entry] ?? []).length === 0);
      expect(empty).toEqual([]);
      const program = {
        import: write('main.mjs', `import { createClient } from '@glidepath/sdk-node';${PROGRAM}`),
        require: write('main.cjs', `const { createClient } = require('@glidepath/sdk-node');${PROGRAM}`),
      };
      expect(run(node, [program[format]])).toMatchObject({ stdout: 'true,false offline\n', stderr: '' });
    },
  );

  test.for(LIKE_NODE.filter(isHere))('S39: %s: flags are served, streamed and counted', async ([, file, ...how]) => {
    expect(
      run(file, [...how, write('main.mjs', `import { createClient } from '@glidepath/sdk-node';${PROGRAM}`)]),
    ).toMatchObject({
      stdout: 'true,false offline\n',
    });
    const live = write(
      'live.mjs',
      `import { createClient } from '@glidepath/sdk-node';
       const flags = createClient({ logger: false });
       const { status } = await flags.waitForInitialization({ timeoutSeconds: 30, need: 'fresh' });
       const value = flags.variation('banner', null, '');
       const { flushed } = await flags.close();
       console.log(status, value, flushed);`,
    );
    await using server = await startTestServer({ flags: { banner: 'sale' } });
    const env = {
      ...process.env,
      GLIDEPATH_URL: server.url,
      GLIDEPATH_SDK_KEY: server.sdkKey,
      DENO_NO_UPDATE_CHECK: '1',
    };
    const { stdout } = await promisify(execFile)(file, [...how, live], { cwd: consumer.folder, env, timeout: 60_000 });
    expect(stdout).toBe('ready sale true\n');
    expect(new Set(server.received.map(({ path: at }) => at))).toEqual(new Set(['/sdk/v1/stream', '/sdk/v1/events']));
  });

  test('S39: both formats export the same', () => {
    const entries = consumer.sdks.flatMap((one) => one.entries);
    const [esm, cjs] = FORMATS.map((format) => probe(process.execPath, format, entries).exported);
    expect(cjs).toEqual(esm);
  });

  test('S39: a server SDK is two packages of at most 1 MB, a browser SDK one', () => {
    const { dependencies } = sdk('@glidepath/sdk-node').manifest;
    expect(dependencies).toEqual({ ws: expect.stringMatching(/^\^8\.\d+\.\d+$/) });
    expect(sdk('@glidepath/sdk-browser').manifest.dependencies ?? {}).toEqual({});
    const ws = path.join(consumer.folder, 'node_modules/ws');
    expect(JSON.parse(readFileSync(path.join(ws, 'package.json'), 'utf8')).dependencies ?? {}).toEqual({});
    const bytes = bytesIn(sdk('@glidepath/sdk-node').folder) + bytesIn(ws);
    process.stdout.write(`sdk-node installs ${(bytes / 1024).toFixed(0)} KiB in 2 packages\n`);
    expect(bytes).toBeLessThanOrEqual(MAX_INSTALLED_BYTES);
  });

  test('S39: importing the server SDK takes at most 15 ms', () => {
    const fastest = (entry: string) =>
      Math.min(...[1, 2, 3, 4, 5].map(() => probe(process.execPath, 'import', [entry]).millis[entry] ?? Infinity));
    const ours = fastest('@glidepath/sdk-node');
    const floor = fastest('ws');
    process.stdout.write(`import: sdk-node ${ours.toFixed(1)} ms, ws alone ${floor.toFixed(1)} ms\n`);
    expect(ours).toBeLessThan(3 * IMPORT_MS * Math.max(1, floor / FLOOR_MS));
    expect(ours / floor).toBeLessThan(AT_MOST_TIMES_WS);
  });

  test('S39: Jest in its default mode loads both', () => {
    write('package.json', '{ "name": "consumer", "private": true }');
    write(
      'sdk.test.js',
      `const { createClient } = require('@glidepath/sdk-node');
       const { createTestClient } = require('@glidepath/sdk-node/testing');
       const browser = require('@glidepath/sdk-browser');
       test('serves', () => {
         const flags = createClient({ mode: 'offline', bootstrap: { ruleset: ${RULESET} }, logger: false });
         expect(flags.variation('new-checkout', { key: 'u-1' }, false)).toBe(true);
         expect(createTestClient({ banner: 'sale' }).variation('banner', null, '')).toBe('sale');
         expect(typeof browser.createClient).toBe('function');
       });`,
    );
    const jest = path.join(consumers, 'node_modules/jest/bin/jest.js');
    const result = run(process.execPath, [jest, '--ci', '--watchman=false', '--cacheDirectory=jest-cache']);
    expect(result.stderr).toContain('1 passed');
    expect(result.status, result.stderr).toBe(0);
  });

  test('S39: esbuild bundles both, each for its place', async () => {
    write('server.mjs', `import { createClient } from '@glidepath/sdk-node';${PROGRAM}`);
    const cwd = { absWorkingDir: consumer.folder, bundle: true, logLevel: 'silent' } as const;
    const server = path.join(consumer.folder, 'bundled.cjs');
    await build({ ...cwd, entryPoints: ['server.mjs'], platform: 'node', format: 'cjs', outfile: server });
    // The engine of regular expressions is loaded on first use: whoever bundles puts it beside.
    cpSync(path.join(sdk('@glidepath/sdk-node').folder, 'dist/re2.cjs'), path.join(consumer.folder, 're2.cjs'));
    expect(run(process.execPath, [server])).toMatchObject({ stdout: 'true,false offline\n', stderr: '' });

    write('page.mjs', "export { createClient } from '@glidepath/sdk-browser';");
    const { outputFiles } = await build({ ...cwd, entryPoints: ['page.mjs'], format: 'esm', write: false });
    expect(outputFiles[0]?.text).not.toMatch(/\brequire\(|node:/);

    write('mistake.mjs', "import { createClient } from '@glidepath/sdk-node'; createClient();");
    await expect(build({ ...cwd, entryPoints: ['mistake.mjs'], platform: 'browser', write: false })).rejects.toThrow(
      /No matching export.*createClient/,
    );
  });

  test('S39: rolldown bundles the server SDK', () => {
    const vite = createRequire(realpathSync(path.join(root, 'admin-ui/node_modules/vite/package.json')));
    const rolldown = path.join(path.dirname(vite.resolve('rolldown/package.json')), 'bin/cli.mjs');
    const input = write('server.mjs', `import { createClient } from '@glidepath/sdk-node';${PROGRAM}`);
    const output = path.join(consumer.folder, 'rolled.cjs');
    const rolled = run(process.execPath, [rolldown, input, '--platform', 'node', '--format', 'cjs', '--file', output]);
    expect(rolled.status, rolled.stderr).toBe(0);
    cpSync(path.join(sdk('@glidepath/sdk-node').folder, 'dist/re2.cjs'), path.join(consumer.folder, 're2.cjs'));
    expect(run(process.execPath, [output])).toMatchObject({ stdout: 'true,false offline\n', stderr: '' });
  });

  test('S39: Vite bundles the browser SDK', () => {
    write('index.html', '<script type="module" src="./vite-page.js"></script>');
    write('vite-page.js', "import { createClient } from '@glidepath/sdk-browser'; console.log(createClient);");
    const result = run(path.join(root, 'admin-ui/node_modules/.bin/vite'), ['build', '--outDir', 'vite-dist']);
    expect(result.status, result.stderr).toBe(0);
    expect(readdirSync(path.join(consumer.folder, 'vite-dist/assets'))).toHaveLength(1);
  });

  test('have declarations that name no package of ours and compile alone, for both formats', () => {
    for (const { folder } of consumer.sdks)
      for (const file of filesIn(path.join(folder, 'dist')).filter((name) => /\.d\.c?ts$/.test(name)))
        expect(readFileSync(file, 'utf8'), file).not.toMatch(/(?:from|import\() ?['"]@glidepath\//);
    const source = `import { createClient, type EvaluationDetail } from '@glidepath/sdk-node';
      const flags = createClient();
      const on: boolean = flags.variation('new-checkout', { key: 'u-1' }, false);
      const detail: EvaluationDetail<string> = flags.variationDetail('colour', null, 'blue');
      // @ts-expect-error a boolean fallback gives a boolean
      const wrong: string = flags.variation('new-checkout', null, false);
      export { on, detail, wrong };
      ${consumer.sdks
        .flatMap((one) => one.entries)
        .map((entry) => `export type * as ${entry.replace(/\W/g, '_')} from '${entry}';`)
        .join('\n')}`;
    const files = [write('types.mts', source), write('types.cts', source)];
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
    const libraries = ['--lib', 'es2023,dom,dom.iterable', '--types', 'node', '--skipLibCheck', 'false'];
    const compiled = run(bin('tsc'), [...options, ...libraries, ...files]);
    expect(compiled.stdout).toBe('');
    expect(compiled.status).toBe(0);
  });
});

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile());
}

function bytesIn(folder: string): number {
  return filesIn(folder).reduce((sum, file) => sum + statSync(file).size, 0);
}
