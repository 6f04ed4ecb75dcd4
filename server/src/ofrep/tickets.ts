import { createHmac } from 'node:crypto';
import type { Directory } from '../auth/directory.ts';
import type { SdkKey } from '../auth/principal.ts';
import { isSameSecret } from '../auth/secrets.ts';
import { derive } from '../auth/vault.ts';
import type { Clock } from '../clock.ts';

/**
 * Passes to the event stream of one environment, because a browser's `EventSource` cannot send a key and no key may
 * stand in a URL. They name the key without being it, and hold on every replica until they expire or the key ends.
 */
export interface Tickets {
  issue(key: SdkKey): string;
  /** The key that it was made for; null = forged, expired, or the key has ended. */
  holderOf(ticket: string): SdkKey | null;
}

const LIFETIME_MS = 15 * 60_000;
const SHAPE = /^([A-Za-z0-9_-]{1,400})\.([A-Za-z0-9_-]{43})$/;

export interface TicketDeps {
  readonly secret: string;
  readonly directory: Pick<Directory, 'sdkKey'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function createTickets({ secret, directory, clock }: TicketDeps): Tickets {
  const seal = derive(secret, 'glidepath/event-ticket');
  const macOf = (claims: string) => createHmac('sha256', seal).update(claims).digest('base64url');
  return {
    issue({ id, environment }) {
      const claims = Buffer.from(JSON.stringify([id, environment, clock.now() + LIFETIME_MS])).toString('base64url');
      return `${claims}.${macOf(claims)}`;
    },
    holderOf(ticket) {
      const [, claims, mac] = SHAPE.exec(ticket) ?? [];
      if (claims === undefined || mac === undefined || !isSameSecret(mac, macOf(claims))) return null;
      // Nobody but us can have written it.
      const [id, environment, expiresAt] = JSON.parse(Buffer.from(claims, 'base64url').toString()) as [
        string,
        string,
        number,
      ];
      const key = expiresAt > clock.now() ? directory.sdkKey(id) : null;
      return key?.environment === environment ? key : null;
    },
  };
}
