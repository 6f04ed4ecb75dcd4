import { defineConfig } from 'vitest/config';
import { errorCodes } from './scripts/error-codes.mjs';

const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };
// A new object for each project: vitest takes the entries out of the one that it is given.
const define = () => ({
  __TEST_BUILD__: 'true',
  __VERSION__: '"0.0.0-test"',
  __ERROR_CODES__: JSON.stringify(errorCodes()),
});
/** They measure time, processor or memory in their own process, which therefore nobody else has used. */
const measured = [
  'core/src/environment/{cycles,large-segment}.test.ts',
  'sdk-node/src/health/{health,tally}.test.ts',
  'sdk-node/src/migration/side-speed.test.ts',
  'server/src/gates/query.test.ts',
  'server/src/served/context-kinds.test.ts',
];
/** Of a machine that is busy with something else; nobody waits so long where all is well. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } };
const system = process.env['GLIDEPATH_TEST_TIER'] === 'faults' ? 1_800_000 : 120_000;

export default defineConfig({
  test: {
    reporters: ['default', './test/support/reporter.ts'],
    maxWorkers: 2,
    projects: [
      {
        ...source,
        define: define(),
        test: {
          name: 'unit',
          include: ['{core,server,sdk-node,cli}/src/**/*.test.ts'],
          exclude: measured,
          globalSetup: ['./test/support/setup-folder.ts', './test/support/setup-pg.ts'],
          // Loading the modules again for each file costs more than most of the files do.
          isolate: false,
          ...patient,
        },
      },
      {
        ...source,
        define: define(),
        test: { name: 'measured', include: measured, ...patient },
      },
      {
        extends: './admin-ui/vite.config.ts',
        test: {
          name: 'ui',
          root: './admin-ui',
          environment: 'happy-dom',
          setupFiles: ['./src/test-setup.ts'],
          include: ['src/**/*.test.{ts,tsx}'],
          isolate: false,
          ...patient,
        },
      },
      {
        ...source,
        define: define(),
        test: {
          name: 'sdk-browser',
          root: './sdk-browser',
          environment: 'happy-dom',
          include: ['src/**/*.test.{ts,tsx}'],
          ...patient,
        },
      },
      {
        ...source,
        define: define(),
        test: { name: 'sim', root: './test', include: ['sim/**/*.test.ts'], testTimeout: 3_600_000 },
      },
      {
        ...source,
        define: define(),
        test: {
          name: 'system',
          root: './test',
          include: ['{conformance,e2e,faults,browser,compat,load}/**/*.test.ts', 'code/*.test.ts'],
          globalSetup: ['./support/setup-folder.ts', './support/setup-pg.ts'],
          // A page shows what happened a moment after it happened: assertions about pages poll.
          ...patient,
          hookTimeout: 120_000,
          testTimeout: system,
        },
      },
    ],
  },
});
