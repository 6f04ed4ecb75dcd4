import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestClient } from '@glidepath/sdk-node/testing';
import { describe, expect, test, vi } from 'vitest';

interface Suite {
  readonly cases: number;
  runSuite(runner: {
    readonly test: (name: string, run: () => unknown) => void;
    readonly createTestClient: typeof createTestClient;
    readonly timers: { fake(): void; real(): void };
  }): void;
}

const consumers = fileURLToPath(new URL('../consumers', import.meta.url));
const folder = fileURLToPath(new URL('../support/test-client', import.meta.url));
const { cases, runSuite } = createRequire(import.meta.url)(path.join(folder, 'suite.cjs')) as Suite;

/** As a project of its own would: this runner's settings are not for another one. */
function run(program: readonly string[]) {
  const { NODE_OPTIONS: _, NODE_ENV: __, NODE_TEST_CONTEXT: ___, VITEST: ____, ...env } = process.env;
  return spawnSync(process.execPath, program, { cwd: folder, encoding: 'utf8', env, timeout: 60_000 });
}

describe('S25: under Vitest', () => {
  runSuite({ test, createTestClient, timers: { fake: () => vi.useFakeTimers(), real: () => vi.useRealTimers() } });
});

test('S25: the suite of the test client passes under node:test', () => {
  const { stdout, stderr } = run(['--test', '--test-reporter=tap', 'node-test.cjs']);
  expect(stdout, stderr).toContain(`# pass ${cases}\n`);
  expect(stdout).toContain('# fail 0\n');
});

test('S25: the suite of the test client passes under Jest as it comes', () => {
  const jest = path.join(consumers, 'node_modules/jest/bin/jest.js');
  const { status, stderr } = run([jest, '--rootDir', folder, '--testMatch', '**/jest.test.cjs', '--ci', '--no-cache']);
  expect(stderr).toContain(`Tests:       ${cases} passed, ${cases} total`);
  expect(status, stderr).toBe(0);
});
