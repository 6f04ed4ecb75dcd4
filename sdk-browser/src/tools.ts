import type { EvaluationDetail } from '@glidepath/core/sdk';
import type { Answer, Serving } from './reading.ts';
import type { BrowserClient } from './types.ts';
import type { Served } from './values.ts';

/** A value, and what its detail says of it. */
export interface Override extends Served {
  readonly detail: Pick<EvaluationDetail<unknown>, 'source' | 'reason'>;
}

/** Each frame of the stream is emitted under one of these, as it was sent or came: it may hold who the page is for. */
export type FrameWay = 'in' | 'out';

export interface Tools {
  /** The flags that this page has asked for, by key, and how it did so last. */
  readonly used: ReadonlyMap<string, Pick<Answer, 'fallback' | 'schema'>>;
  /** Values in place of the service's, where the environment lets them act. */
  override(overrides: ReadonlyMap<string, Override>): void;
  look(): Pick<Serving, 'areAllowed' | 'overrides'>;
  /** Called whenever a component renders with this flag. */
  rendered?: (key: string) => void;
}

/** What a client keeps for the page's tools; the same for all handles on it. Who is no client of ours has none. */
export type WithTools = BrowserClient & { readonly '~tools'?: Tools };
