import type { ContextInput } from '@glidepath/core';
import { utf8Length } from '@glidepath/core/protocol';
import { canonicalContext, type NormalizedContext, normalizedContext } from '@glidepath/core/sdk';
import type { EnvironmentRules } from '../auth/directory.ts';
import { isAnonymous } from '../served/anonymous.ts';
import type { Asked } from './browser-frames.ts';
import type { Vouching } from './vouching.ts';

/** Somebody whose values may be told. */
export interface Identity {
  /** One body per kind, as it was signed: nothing else of what was sent is evaluated. */
  readonly context: ContextInput;
  readonly trust: Trust;
}

/** By which server key it is vouched for; nobody has to be where all of it is anonymous. */
export type Trust =
  /** `until`: null where that is as good as its key. */
  | { readonly kind: 'signed'; readonly signer: string; readonly until: number | null }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'unsigned' };

export type Identified =
  | { readonly kind: 'somebody'; readonly identity: Identity }
  | { readonly kind: 'unreadable'; readonly detail: string }
  | { readonly kind: 'forbidden'; readonly detail: string };

export interface IdentityDeps {
  readonly vouching: Vouching;
  /** What is wrong with a context; null = nothing. */
  readonly isReadable: (context: ContextInput) => string | null;
}

export interface Place {
  readonly environment: string;
  readonly secureMode: EnvironmentRules['secureMode'];
  readonly now: number;
}

const CONTEXT_BYTES = 32 * 1_024;

/** Who it is that a browser asks for, as far as the environment believes it. */
export function identify(asked: Asked, place: Place, deps: IdentityDeps): Identified {
  return asked.sealed === undefined ? plain(asked, place, deps) : sealed(asked.sealed, place, deps);
}

function sealed(token: string, { environment, now }: Place, { vouching, isReadable }: IdentityDeps): Identified {
  const opened = vouching.open(environment, token, now);
  if (opened.kind === 'refused') return { kind: 'forbidden', detail: opened.detail };
  return readable(opened.content, { kind: 'signed', signer: opened.signer, until: opened.until }, isReadable);
}

function plain({ context, hash, anon }: Asked, place: Place, { vouching, isReadable }: IdentityDeps): Identified {
  const input = (context ?? {}) as ContextInput;
  const fault = isReadable(input);
  if (fault !== null) return { kind: 'unreadable', detail: fault };
  const given = normalizedContext(input);
  // A context that is signed is evaluated as it was signed.
  const normalized = hash === undefined && anon !== undefined ? ofBrowser(given, anon) : given;
  const trust = trustIn(normalized, hash, place, vouching);
  return mayAsk(trust, place.secureMode) ? readable(normalized, trust, isReadable) : UNSIGNED;
}

/** Of whoever the context gives no key the page knows the browser's, which is a device of its own as well. */
function ofBrowser(bodies: NormalizedContext, key: string): NormalizedContext {
  const known = (kind: string) => {
    const body = bodies[kind];
    return body?.key === undefined ? { ...body, key, anonymous: true } : body;
  };
  return { ...bodies, user: known('user'), device: known('device') };
}

function trustIn(context: NormalizedContext, hash: string | undefined, place: Place, vouching: Vouching): Trust {
  if (isAnonymous(context)) return { kind: 'anonymous' };
  const signer = hash === undefined ? null : vouching.signerOf(place.environment, canonicalContext(context), hash);
  return signer === null ? { kind: 'unsigned' } : { kind: 'signed', signer, until: null };
}

/** Whether somebody who is believed this far may be answered. */
export function mayAsk({ kind }: Trust, secureMode: EnvironmentRules['secureMode']): boolean {
  return secureMode === 'off' || kind !== 'unsigned';
}

const UNSIGNED: Identified = {
  kind: 'forbidden',
  detail:
    'This environment answers a context only if all its kinds are `anonymous: true`, or with a valid `hash` or `sealed` of it: ask your server for one.',
};

function readable(bodies: NormalizedContext, trust: Trust, isReadable: IdentityDeps['isReadable']): Identified {
  // Said so, nobody takes a kind's body for an attribute.
  const context = { ...bodies, kind: 'multi' } as ContextInput;
  const fault = Object.hasOwn(bodies, 'kind') ? 'there is no kind of context named "kind"' : isReadable(context);
  if (fault !== null) return { kind: 'unreadable', detail: fault };
  if (utf8Length(JSON.stringify(bodies)) > CONTEXT_BYTES) return { kind: 'unreadable', detail: 'it exceeds 32 KiB' };
  return { kind: 'somebody', identity: { context, trust } };
}
