import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { flagItem } from '@glidepath/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sdk = path.join(root, 'sdk-node');

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

describe('the packed sdk-node, installed in a project of its own', () => {
  let project: string;
  let installed: string;

  beforeAll(() => {
    project = mkdtempSync(path.join(os.tmpdir(), 'glidepath-consumer-'));
    const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', project], {
      cwd: sdk,
      encoding: 'utf8',
    });
    expect(packed.status, packed.stderr).toBe(0);
    installed = path.join(project, 'node_modules/@glidepath/sdk-node');
    mkdirSync(path.dirname(installed), { recursive: true });
    spawnSync('tar', ['xzf', packed.stdout.trim(), '-C', project], { cwd: project });
    cpSync(path.join(project, 'package'), installed, { recursive: true });
    symlinkSync(path.join(sdk, 'node_modules/ws'), path.join(project, 'node_modules/ws'));
    mkdirSync(path.join(project, 'node_modules/@types'));
    symlinkSync(path.join(sdk, 'node_modules/@types/node'), path.join(project, 'node_modules/@types/node'));
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  const run = (file: string, source: string) => {
    writeFileSync(path.join(project, file), source);
    return spawnSync(process.execPath, [file], { cwd: project, encoding: 'utf8', timeout: 20_000 });
  };
  const program = `
    const flags = createClient({ mode: 'offline', bootstrap: { ruleset: ${RULESET} }, logger: false });
    console.log(['u-1', 'x-1'].map((key) => flags.variation('new-checkout', { key }, null)).join(), flags.status.state);`;

  test('asks npm for nothing but versions that npm understands', () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    expect(dependencies).toEqual({ ws: expect.stringMatching(/^\^8\.\d+\.\d+$/) });
  });

  test('is imported as an ES module', () => {
    const result = run('esm.mjs', `import { createClient } from '@glidepath/sdk-node';${program}`);
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('true,false offline\n');
  });

  test('is required as a CommonJS module', () => {
    const result = run('cjs.cjs', `const { createClient } = require('@glidepath/sdk-node');${program}`);
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('true,false offline\n');
  });

  test('tells why when it is bundled for a browser', () => {
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    expect(manifest.exports['.'].browser.default).toBe('./dist/not-in-browser.js');
    expect(readFileSync(path.join(installed, 'dist/not-in-browser.js'), 'utf8')).toContain('MustNotRunInABrowser');
  });

  test('has declarations that name no package of ours and compile alone, for both formats', () => {
    for (const file of declarations(path.join(installed, 'dist')))
      expect(readFileSync(file, 'utf8'), file).not.toMatch(/from ['"]@glidepath\//);
    const source = `import { createClient, type EvaluationDetail } from '@glidepath/sdk-node';
      const flags = createClient();
      const on: boolean = flags.variation('new-checkout', { key: 'u-1' }, false);
      const detail: EvaluationDetail<string> = flags.variationDetail('colour', null, 'blue');
      // @ts-expect-error a boolean fallback gives a boolean
      const wrong: string = flags.variation('new-checkout', null, false);
      export { on, detail, wrong };`;
    writeFileSync(path.join(project, 'types.mts'), source);
    writeFileSync(path.join(project, 'types.cts'), source);
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023,esnext.disposable',
      '--types',
      'node',
    ];
    const compiled = spawnSync(path.join(root, 'node_modules/.bin/tsc'), [...options, 'types.mts', 'types.cts'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(compiled.stdout).toBe('');
    expect(compiled.status).toBe(0);
  });
});

function declarations(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.d\.c?ts$/.test(name))
    .map((name) => path.join(folder, name));
}
