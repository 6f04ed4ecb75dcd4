import { DERIVED_KEYS } from '@glidepath/core/sdk';
import type { SdkKeyBody } from '../store/documents.ts';
import { derive, type Vault } from './vault.ts';

/** What is kept of a server key beside its hash: `seal` opens sealed contexts, `mac` checks the hash of secure mode. */
export interface DerivedKeys {
  readonly seal: Buffer;
  readonly mac: Buffer;
}

/** Derived keys as they are stored. */
export type ClosedKeys = NonNullable<SdkKeyBody['sealed']>;

/** What the vault binds them to: one cannot be taken for the other. */
const PURPOSES = { seal: 'sdk-key/seal', mac: 'sdk-key/mac' } as const;

/** Derived while the key is known, which is only when it is made. */
export function derivedKeysOf(serverKey: string): DerivedKeys {
  return { seal: derive(serverKey, DERIVED_KEYS.seal), mac: derive(serverKey, DERIVED_KEYS.mac) };
}

export function closedKeysOf(serverKey: string, vault: Vault): ClosedKeys {
  const { seal, mac } = derivedKeysOf(serverKey);
  const closed = (key: Buffer, purpose: string) => vault.close(key.toString('base64url'), purpose);
  return { seal: closed(seal, PURPOSES.seal), mac: closed(mac, PURPOSES.mac) };
}

/** Throws where they were closed under another secret. */
export function openedKeysOf({ seal, mac }: ClosedKeys, vault: Vault): DerivedKeys {
  const opened = (key: string, purpose: string) => Buffer.from(vault.open(key, purpose), 'base64url');
  return { seal: opened(seal, PURPOSES.seal), mac: opened(mac, PURPOSES.mac) };
}
