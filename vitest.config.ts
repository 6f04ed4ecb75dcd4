import { defineConfig } from 'vitest/config';
import { errorCodes } from './scripts/error-codes.mjs';
import LongestFirst from './test/support/longest-first.ts';

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
/** They read or change what belongs to a whole process: its memory, its clocks, its signals, its globals. */
const apart = [
  'faults/**/*.test.ts',
  'conformance/*-mutants.test.ts',
  'e2e/{fresh-clone,test-client,usage-api}.test.ts',
];
/** Of a machine that is busy with something else; nobody waits so long where all is well. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } };
const system = process.env['GLIDEPATH_TEST_TIER'] === 'faults' ? 1_800_000 : 120_000;
const wholeService = {
  globalSetup: ['./support/setup-folder.ts', './support/setup-pg.ts'],
  // A page shows what happened a moment after it happened: assertions about pages poll.
  ...patient,
  hookTimeout: 120_000,
  testTimeout: system,
};
/** What measures has no more beside it than there are processors. */
const inTheEnd = { sequence: { groupOrder: 1 }, maxWorkers: 2 };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/reporter.ts'],
    // On two processors: of three files, one waits most of the time, for a page, a process, or a moment.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
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
        test: { name: 'measured', include: measured, ...patient, ...inTheEnd },
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
          include: ['{conformance,e2e,browser,compat}/**/*.test.ts', 'code/*.test.ts'],
          exclude: apart,
          isolate: false,
          ...wholeService,
        },
      },
      {
        ...source,
        define: define(),
        test: { name: 'apart', root: './test', include: apart, ...wholeService },
      },
      {
        ...source,
        define: define(),
        test: { name: 'load', root: './test', include: ['load/**/*.test.ts'], ...wholeService, ...inTheEnd },
      },
    ],
  },
});
