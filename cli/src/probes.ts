import type { ApiTokenView } from '@glidepath/server/api-types';
import { causeOf, openApi } from './api.ts';
import { Failure } from './failure.ts';
import { KEY_KINDS, prefixOf } from './secrets.ts';

/** What one look has found, and how to mend it. */
export interface Finding {
  readonly check: string;
  readonly state: 'well' | 'doubtful' | 'broken';
  readonly found: string;
  readonly fix: string | null;
}

export interface Answer {
  /** Milliseconds that its clock is before ours; null where it does not tell. */
  readonly skewMs: number | null;
}

export interface Reached {
  readonly findings: readonly Finding[];
  readonly answer: Answer | null;
}

const well = (check: string, found: string): Finding => ({ check, state: 'well', found, fix: null });
const broken = (check: string, found: string, fix: string): Finding => ({ check, state: 'broken', found, fix });
const doubtful = (check: string, found: string, fix: string): Finding => ({ check, state: 'doubtful', found, fix });

const DEADLINE_MS = 5_000;
const MOST_SKEW_MS = 30_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const FIXES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The name is unknown: check --url, and the DNS of this network.',
  EAI_AGAIN: 'Names cannot be looked up: check the network and its DNS.',
  ECONNREFUSED: 'Nothing listens there: check the port, and that the service runs.',
  ECONNRESET: 'Something in between ends connections: check firewalls and proxies.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is its own: point NODE_EXTRA_CA_CERTS to it.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its authority is not known here: point NODE_EXTRA_CA_CERTS to the certificate of it.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The service sends its certificate without the ones in between: add them there.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its authority is not known here: point NODE_EXTRA_CA_CERTS to it.',
  CERT_HAS_EXPIRED: 'Its certificate has expired: renew it, and check the clock of this machine.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate is for another name: use that name, or get one for this.',
};
const TLS_FAULT = /CERT|TLS|SSL|SIGNATURE/;

export async function checkReach(url: string, now: () => number): Promise<Reached> {
  const { protocol, hostname } = new URL(url);
  try {
    const response = await fetch(`${url}/health/live`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (response.status !== 200) {
      const fix = 'Check the path of --url, and what a proxy in between sends where.';
      return {
        findings: [broken('address', `answered ${response.status} where the service tells its health`, fix)],
        answer: null,
      };
    }
    const date = Date.parse(response.headers.get('date') ?? '');
    const answer = { skewMs: Number.isNaN(date) ? null : now() - date };
    return { findings: [well('address', 'the service answers'), tlsOf(protocol, hostname)], answer };
  } catch (error) {
    const cause = causeOf(error);
    const fix = FIXES[cause] ?? 'Check --url, the network and its proxies.';
    return { findings: [broken(TLS_FAULT.test(cause) ? 'TLS' : 'address', cause, fix)], answer: null };
  }
}

function tlsOf(protocol: string, hostname: string): Finding {
  if (protocol === 'https:') return well('TLS', 'the certificate is valid for this name');
  if (LOOPBACK.test(hostname)) return well('TLS', 'not needed on this machine');
  return doubtful('TLS', 'tokens travel in the clear', 'Publish the service with https.');
}

/** A `Date` header has whole seconds. */
export function checkClock({ skewMs }: Answer): Finding {
  if (skewMs === null) return doubtful('clock', 'the answer has no Date', 'A proxy removes it; let it pass.');
  const seconds = Math.round(skewMs / 1_000);
  if (Math.abs(skewMs) <= MOST_SKEW_MS) return well('clock', `within ${MOST_SKEW_MS / 1_000} s of the service`);
  const how = seconds > 0 ? `${seconds} s ahead of the service` : `${-seconds} s behind the service`;
  return broken('clock', how, 'Set this machine’s clock by NTP: schedules, signed contexts and audit need it.');
}

/** Whether `GLIDEPATH_TOKEN`, or what `login` has kept, is what it should be. */
export async function checkToken(url: string, token: string | undefined): Promise<Finding> {
  if (token === undefined) return doubtful('token', 'you are not signed in', 'Use `glidepath login`.');
  const prefix = prefixOf(token);
  if (prefix !== 'gp_api_') {
    const kind = prefix === null ? 'no key of this service' : KEY_KINDS[prefix];
    return broken(
      'token',
      `GLIDEPATH_TOKEN is ${kind}`,
      'It must be an API token, gp_api_…; SDK keys belong in GLIDEPATH_SDK_KEY.',
    );
  }
  try {
    const view = await openApi(url, token).send<ApiTokenView>('GET', '/api/v1/token');
    return well('token', `"${view.name}", ${view.role}, until ${view.expiresAt.slice(0, 10)}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return broken('token', error.message, 'Use `glidepath login`, or make another in Settings → API tokens.');
  }
}

/** Whether `GLIDEPATH_SDK_KEY` is a server key that is valid. */
export async function checkKey(url: string, sdkKey: string): Promise<Finding> {
  const prefix = prefixOf(sdkKey);
  if (prefix !== 'gp_srv_') {
    const kind = prefix === null ? 'no key of this service' : KEY_KINDS[prefix];
    const fix =
      prefix === 'gp_cli_' ? 'Client keys are for browsers; servers take gp_srv_….' : 'Servers take gp_srv_….';
    return broken('SDK key', `GLIDEPATH_SDK_KEY is ${kind}`, fix);
  }
  const response = await fetch(`${url}/sdk/v1/payload`, {
    headers: { authorization: `Bearer ${sdkKey}` },
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch(causeOf);
  if (typeof response === 'string') return broken('SDK key', `it could not be tried: ${response}`, 'Try once more.');
  await response.body?.cancel();
  if (response.ok) return well('SDK key', 'a server key that is valid');
  return broken('SDK key', `the service answered ${response.status}`, 'Make another in Settings → SDK keys.');
}
