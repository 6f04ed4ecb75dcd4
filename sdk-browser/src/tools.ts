import type { EvaluationDetail } from '@glidepath/core/sdk';
import type { Answers } from './reading.ts';
import type { BrowserClient } from './types.ts';
import type { Served } from './values.ts';

/** A value, and what its detail says of it. */
export interface Override extends Served {
  readonly detail: Pick<EvaluationDetail<unknown>, 'reason'> & Partial<Pick<EvaluationDetail<unknown>, 'source'>>;
}

/** Each frame of the stream is emitted under one of these, as it was sent or came: it may hold who the page is for. */
export type FrameWay = 'in' | 'out';

/** What a client has for the parts that a page loads beside it: tools for developers, and health. */
export interface Tools {
  /** The flags that this page has asked for, by key, and how it did so last. */
  readonly used: Answers;
  /** Whether overrides may act, as the application says; else as the service does, and until then not. */
  readonly allowOverrides?: boolean | undefined;
  overrides?: boolean | undefined;
  /** Put here by the page's tools: a value in place of the service's. */
  override?: ((key: string, fallback: unknown) => Override | undefined) | undefined;
  /** Put here by the breaker: the fallback of a flag while that is held. Whoever overrides asks it for all others. */
  held?: ((key: string, fallback: unknown) => Override | undefined) | undefined;
  /** Tells those who listen that any of these flags may be another one now. */
  turn(): void;
  /** Called whenever a component renders with this flag. */
  rendered?: (key: string) => void;
  /** Something is to be sent: answers whether it may be. */
  touch(): boolean;
  /** Put here by health: what else the next report says, if anything. */
  take?: () => object;
}

/** The same for all handles on a client. Who is no client of ours has none. */
export type WithTools = BrowserClient & { readonly '~tools'?: Tools };
