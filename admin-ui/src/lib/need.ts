import type { ReactNode } from 'react';

/** Something that waits for a person. */
export interface Need {
  readonly id: string;
  /** What is asked of them, in one word. */
  readonly verb: string;
  /** What it is about, with the way there. */
  readonly what: ReactNode;
  /** Since when, RFC 3339. */
  readonly since: string;
  readonly environment: string;
}
