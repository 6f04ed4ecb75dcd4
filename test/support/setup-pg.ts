import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

/** A PostgreSQL of its own for the run; tests read its address with `inject('pgUrl')` and make their own databases. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  project.provide('pgUrl', postgres.url);
  return async () => postgres[Symbol.asyncDispose]();
}
