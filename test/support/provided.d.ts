import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's PostgreSQL; tests make their own databases in it. */
    pgUrl: string;
  }
}
