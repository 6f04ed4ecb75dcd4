import { isIP } from 'node:net';
import { isPublicAddress } from './addresses.ts';

/** Where a request goes, read once: nothing looks at the text of the address after this. */
export interface Target {
  readonly isEncrypted: boolean;
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** As the header `Host` has it. */
  readonly authority: string;
  readonly origin: string;
}

type Read = { readonly ok: true; readonly value: Target } | { readonly ok: false; readonly reason: string };

const HTTPS_ONLY = 'it must begin with https://';
const NOT_PUBLIC =
  'it leads to an address that is not public; whoever runs this service can open networks by GLIDEPATH_OUTBOUND_ALLOW';
const LONGEST = 2_048;
const PORTS = { http: 80, https: 443 } as const;
const USUAL_PORTS: ReadonlySet<number> = new Set([443, 8443]);
/** Of messages and of answers to presses of buttons alike. */
const SLACK_ORIGIN = 'https://hooks.slack.com';

export function readTarget(url: string): Read {
  if (url.length > LONGEST || !URL.canParse(url)) return bad('it is no address such as https://example.com/path');
  const { protocol, hostname, port, pathname, search, host, origin, username, password } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return bad(HTTPS_ONLY);
  if (username !== '' || password !== '') return bad('it must not hold a user name or password');
  const isEncrypted = protocol === 'https:';
  const plainPort = isEncrypted ? PORTS.https : PORTS.http;
  const target = {
    isEncrypted,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? plainPort : Number(port),
    path: pathname + search,
    authority: host,
    origin,
  };
  return target.port === 0 ? bad('its port must be 443 or 8443') : { ok: true, value: target };
}

/** Slack's own host, or the one that stands in for it: then no other. Null where it is that. */
export function slackProblemOf(target: Target, slackOrigin: string | null): string | null {
  const origin = slackOrigin ?? SLACK_ORIGIN;
  return target.origin === origin ? null : `it must begin with ${origin}/`;
}

/**
 * Why these addresses of a target may not be connected to; null where they may. One that may not is enough: which of
 * them would be used is not ours to say. In networks that the operator has opened, plain http and any port will do.
 */
export function addressProblemOf(
  { isEncrypted, port }: Target,
  addresses: readonly string[],
  isOpened: (address: string) => boolean,
): string | null {
  if (addresses.every(isOpened)) return null;
  if (!addresses.every((address) => isPublicAddress(address) || isOpened(address))) return NOT_PUBLIC;
  if (!isEncrypted) return HTTPS_ONLY;
  return USUAL_PORTS.has(port) ? null : 'its port must be 443 or 8443';
}

/** The address that a target is, where it is no name. */
export function literalOf({ host }: Target): string | null {
  return isIP(host) === 0 ? null : host;
}

function bad(reason: string): Read {
  return { ok: false, reason };
}
