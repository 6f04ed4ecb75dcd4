import type { EvaluationDetail } from '@glidepath/core/sdk';
import type { Served } from './values.ts';

/** Where a client keeps what the page's tools need; the same in every copy of this package. */
export const TOOLS: unique symbol = Symbol.for('@glidepath/tools/1') as never;

/** A value, and what its detail says of it. */
export interface Override extends Served {
  readonly detail: Pick<EvaluationDetail<unknown>, 'source' | 'reason'>;
}

export interface Tools {
  /** Last answers, by key, of the flags that this page has asked for. */
  readonly used: ReadonlyMap<string, unknown>;
  /** Values in place of the service's, where the environment lets them act. */
  override(overrides: ReadonlyMap<string, Override>): void;
  look(): { readonly areAllowed: boolean };
}
