import type { Item } from '@glidepath/core';
import type { Basis, Payload } from '@glidepath/core/protocol';

/** A whole environment as `/sdk/v1/payload` answers it: what is kept for later, and what a service for tests serves. */
export function payloadOf({ epoch, version, digest }: Basis, items: Iterable<Item>): Payload {
  const all = [...items];
  return { kind: 'full', epoch, version, digest, ...(all.length === 0 && { empty: true as const }), items: all };
}
