import type { Told } from '../report-schema.ts';

/** A message as it came: its bytes, before anything has read them. */
export interface HookRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Milliseconds since epoch. */
  readonly now: number;
}

/**
 * Whether a message comes from whoever has the secret. `message` is what it is known by when it comes again: something
 * that the secret vouches for, so that nobody can make a copy look new.
 */
export type HookProof =
  | { readonly kind: 'proven'; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a message says: a deploy, in the words of the API, or nothing that concerns us. */
export type HookReading =
  | { readonly kind: 'report'; readonly told: ToldByHook }
  | { readonly kind: 'ignored'; readonly reason: string };

/** Null where the message does not say it. Times are as `Date` reads them. */
export interface ToldByHook extends Pick<Told, 'status'> {
  readonly service: string | null;
  readonly environment: string | null;
  readonly version: string;
  readonly attempt: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly commit: string | null;
  readonly url: string | null;
  readonly deployedBy: string | null;
}

/** What somebody said who set the integration up. */
export interface HookDefaults {
  readonly service: string | null;
}

/** One kind of sender. */
export interface HookDefinition {
  readonly label: string;
  newSecret(): string;
  prove(request: HookRequest, secret: string): HookProof;
  /** Of a message that is proven; refuses with what does not fit. */
  read(headers: HookRequest['headers'], body: unknown, defaults: HookDefaults): HookReading;
}

export function ignored(reason: string): HookReading {
  return { kind: 'ignored', reason };
}

/** Empty text says nothing. */
export function textOf(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}

/** A tag such as `v1.4.0`: a version by its looks, where a branch is none. */
export function isVersionTag(ref: string): boolean {
  return /^v?\d+\.\d+/.test(ref);
}
