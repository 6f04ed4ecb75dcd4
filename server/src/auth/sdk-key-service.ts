import { randomUUID } from 'node:crypto';
import type { Cause, Written } from '../audit/audited-write.ts';
import { RefusedError } from '../errors.ts';
import type { SdkKeyView } from '../http/api-types.ts';
import type { EnvironmentBody, SdkKeyBody } from '../store/documents.ts';
import type { Reads, StoredDocument, WriteTransaction } from '../store/store.ts';
import { type AccessDeps, writeAccess } from './access-write.ts';
import { closedKeysOf } from './derived-keys.ts';
import { hashOf, lastFourOf, newSecret } from './secrets.ts';
import type { Vault } from './vault.ts';
import { sdkKeyViewOf } from './views.ts';

export interface SdkKeyInput {
  readonly name: string;
  readonly kind: 'server' | 'client';
  readonly origins: readonly string[];
}

/** Where a key belongs: it never moves to another environment. */
export interface KeyPlace {
  readonly project: { readonly key: string };
  readonly environment: StoredDocument<EnvironmentBody>;
}

/** Keys of SDKs. What answers a `secret` is the only time that it is seen. */
export interface SdkKeyService {
  create(place: KeyPlace, input: SdkKeyInput, cause: Cause): Promise<Written<SdkKeyView>>;
  /** A new key beside the old one, which stays valid for `overlapMs`. */
  rotate(place: KeyPlace, id: string, overlapMs: number, cause: Cause): Promise<Written<SdkKeyView>>;
  /** Ends the key now, and the streams that it holds. */
  revoke(place: KeyPlace, id: string, cause: Cause): Promise<void>;
}

export interface SdkKeyServiceDeps extends AccessDeps {
  readonly vault: Vault;
}

export function createSdkKeyService(deps: SdkKeyServiceDeps): SdkKeyService {
  const { vault } = deps;
  return {
    create: (place, input, cause) =>
      writeAccess(deps, cause, async (tx, now) => {
        const { key, secret } = await makeSdkKey(tx, vault, {
          ...input,
          environment: place.environment.id,
          by: cause.actor,
          now,
        });
        const summary = `Made ${input.kind} key "${input.name}" for \`${place.environment.key}\``;
        const view = sdkKeyViewOf(key);
        return { ...changeOf(place, key, view, null), action: 'create-sdk-key', summary, secret };
      }),

    rotate: (place, id, overlapMs, cause) =>
      writeAccess(deps, cause, async (tx, now) => {
        const old = await keyOf(tx, place.environment.id, id);
        const expiresAt = Math.min(now + overlapMs, old.body.expiresAt ?? Number.POSITIVE_INFINITY);
        const ending = await tx.put(old, { ...old.body, expiresAt }, old.revision);
        const { name, kind, origins } = old.body;
        const { key, secret } = await makeSdkKey(tx, vault, {
          name,
          kind,
          origins,
          environment: place.environment.id,
          by: cause.actor,
          now,
        });
        const summary = `Rotated ${kind} key "${name}" of \`${place.environment.key}\``;
        const change = changeOf(place, key, sdkKeyViewOf(key), sdkKeyViewOf(ending));
        return { ...change, documents: [key, ending], action: 'rotate-sdk-key', summary, secret };
      }),

    async revoke(place, id, cause) {
      await writeAccess(deps, cause, async (tx) => {
        const key = await keyOf(tx, place.environment.id, id);
        await tx.remove(key, key.revision);
        const summary = `Revoked ${key.body.kind} key "${key.body.name}" of \`${place.environment.key}\``;
        const change = changeOf(place, key, sdkKeyViewOf(key), sdkKeyViewOf(key));
        return { ...change, after: null, action: 'revoke-sdk-key', summary };
      });
    },
  };
}

export interface NewSdkKey extends SdkKeyInput {
  readonly environment: string;
  readonly by: string;
  readonly now: number;
}

/** Makes a key inside somebody's transaction. */
export async function makeSdkKey(
  tx: WriteTransaction,
  vault: Vault,
  { name, kind, origins, environment, by, now }: NewSdkKey,
): Promise<{ readonly key: StoredDocument<SdkKeyBody>; readonly secret: string }> {
  const secret = newSecret(kind === 'server' ? 'server-key' : 'client-key');
  const body: SdkKeyBody = {
    name,
    kind,
    hash: hashOf(secret),
    lastFour: lastFourOf(secret),
    origins,
    sealed: kind === 'server' ? closedKeysOf(secret, vault) : null,
    createdAt: now,
    createdBy: by,
    expiresAt: null,
  };
  const key = await tx.put({ kind: 'sdk-key', parent: environment, key: randomUUID() }, body, 0);
  return { key, secret };
}

async function keyOf(reads: Reads, environment: string, id: string): Promise<StoredDocument<SdkKeyBody>> {
  const key = await reads.documentById<SdkKeyBody>('sdk-key', id);
  // A key of another environment is not there, whoever asks.
  if (key?.parent === environment) return key;
  throw new RefusedError({ code: 'not-found', detail: 'There is no such key in this environment: list its keys.' });
}

function changeOf(place: KeyPlace, key: StoredDocument, view: SdkKeyView, before: SdkKeyView | null) {
  return { result: view, project: place.project.key, documents: [key], before, after: view };
}
