import type { Vault } from '../auth/vault.ts';
import type { ChannelBody } from './channel.ts';

/** What is closed for one channel opens for no other. */
const purposes = {
  address: (channel: string) => `channel/${channel}/address`,
  secret: (channel: string) => `channel/${channel}/secret`,
} as const;

export function closeAddress(channel: string, address: string, vault: Vault): Pick<ChannelBody, 'address' | 'shown'> {
  return { address: vault.close(address, purposes.address(channel)), shown: shownOf(address) };
}

export function closeSecret(channel: string, secret: string | null, vault: Vault): string | null {
  return secret === null ? null : vault.close(secret, purposes.secret(channel));
}

export function addressOf(channel: string, { address }: ChannelBody, vault: Vault): string {
  return vault.open(address, purposes.address(channel));
}

export function secretOf(channel: string, { secret }: ChannelBody, vault: Vault): string | null {
  return secret === null ? null : vault.open(secret, purposes.secret(channel));
}

/** Enough to tell one from another: of a long path its end. */
function shownOf(address: string): string {
  const { host, pathname, search } = new URL(address);
  const rest = pathname + search;
  return rest.length > 12 ? `${host}/…${rest.slice(-4)}` : `${host}/…`;
}
