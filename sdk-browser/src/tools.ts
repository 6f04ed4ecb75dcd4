import type { Answer } from './reading.ts';
import type { Flags } from './values.ts';

/** Where a client keeps what the page's tools need; the same in every copy of this package. */
export const TOOLS: unique symbol = Symbol.for('@glidepath/tools/1') as never;

export interface Tools {
  /** Last answers, by key, of the flags that this page has asked for. */
  readonly used: ReadonlyMap<string, Answer>;
  /** Values in place of the service's. */
  override(overrides: ReadonlyMap<string, unknown>): void;
  look(): {
    readonly flags: Flags | null;
    /** Whether the environment lets overrides act. */
    readonly areAllowed: boolean;
    readonly overrides: ReadonlyMap<string, unknown>;
  };
}
