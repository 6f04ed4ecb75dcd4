import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Finding } from './probes.ts';

const DEADLINE_MS = 5_000;
const STREAM = '/sdk/v1/stream';

type Outcome =
  | { readonly kind: 'upgraded' }
  | { readonly kind: 'answered'; readonly status: number; readonly isOurs: boolean }
  | { readonly kind: 'failed'; readonly why: string };

/** Whether a WebSocket comes through everything in between. Without a key the service refuses it, which shows as much. */
export async function checkUpgrade(url: string, sdkKey: string | undefined): Promise<Finding> {
  const check = 'WebSocket';
  const outcome = await tryUpgrade(`${url}${STREAM}`, sdkKey);
  switch (outcome.kind) {
    case 'upgraded':
      return { check, state: 'well', found: 'the upgrade comes through', fix: null };
    case 'answered':
      return judged(check, outcome);
    case 'failed':
      return { check, state: 'broken', found: outcome.why, fix: PROXY_FIX };
    default:
      return outcome satisfies never;
  }
}

const PROXY_FIX = 'Let the proxy pass the headers Upgrade and Connection; until then SDKs poll every 30 s.';

function judged(check: string, { status, isOurs }: Extract<Outcome, { kind: 'answered' }>): Finding {
  if (!isOurs) return { check, state: 'broken', found: `something in between answered ${status}`, fix: PROXY_FIX };
  if (status !== 401) {
    return { check, state: 'broken', found: `the service answered ${status}: it saw no upgrade`, fix: PROXY_FIX };
  }
  const found = 'the service was asked, and refused for want of a server key';
  return { check, state: 'doubtful', found, fix: 'Set GLIDEPATH_SDK_KEY to try a whole upgrade.' };
}

function tryUpgrade(address: string, sdkKey: string | undefined): Promise<Outcome> {
  const request = address.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const asked = request(address, {
      timeout: DEADLINE_MS,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        'sec-websocket-protocol': 'glidepath.v1',
        ...(sdkKey !== undefined && { authorization: `Bearer ${sdkKey}` }),
      },
    });
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve({ kind: 'upgraded' });
    });
    asked.on('response', (response: IncomingMessage) => {
      response.resume();
      const isOurs = response.headers['content-type']?.startsWith('application/problem+json') ?? false;
      resolve({ kind: 'answered', status: response.statusCode ?? 0, isOurs });
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', (error: NodeJS.ErrnoException) => resolve({ kind: 'failed', why: error.code ?? error.message }));
    asked.end();
  });
}
