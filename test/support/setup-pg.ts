import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

const SHARED = 'GLIDEPATH_TEST_POSTGRES';

/** A PostgreSQL of its own for the run; tests read its address with `inject('pgUrl')` and make their own databases. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Of several projects, the first starts it.
  const started = process.env[SHARED];
  if (started !== undefined) {
    project.provide('pgUrl', started);
    return async () => undefined;
  }
  const postgres = await startPostgres();
  process.env[SHARED] = postgres.url;
  project.provide('pgUrl', postgres.url);
  return async () => {
    delete process.env[SHARED];
    await postgres[Symbol.asyncDispose]();
  };
}
