import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from './call.ts';
import { Failure } from './failure.ts';

const DEADLINE_MS = 300_000;
const MOST_BYTES = 4_096;

interface HandingOver extends Pick<Call, 'note'> {
  readonly outside: Pick<Call['outside'], 'openInBrowser'>;
}

/**
 * Has the browser's page of the service make a token and send it here. The page gets the port and a one-time state; it
 * posts a form, so that the token stands in no address, no history and no log.
 */
export async function handOver({ note, outside }: HandingOver, url: string): Promise<string> {
  const state = randomBytes(32).toString('base64url');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = `${url}/cli#port=${port}&state=${state}`;
  note(`Sign in at ${address}`);
  outside.openInBrowser(address);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      const late = new Failure('timed-out', 'timed-out', 'Nobody signed in within five minutes.', 'Try again.');
      timer = setTimeout(() => reject(late), DEADLINE_MS);
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        // Whoever breaks off in the middle was not the page: the wait goes on.
        receive(request, response, state).then(
          (token) => token !== null && resolve(token),
          () => undefined,
        );
      });
    });
  } finally {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  }
}

/** Null: it was something else, and the wait goes on. */
async function receive(request: IncomingMessage, response: ServerResponse, state: string): Promise<string | null> {
  if (request.method !== 'POST' || request.url !== '/token') {
    response.writeHead(404).end();
    return null;
  }
  const form = new URLSearchParams(await bodyOf(request));
  const token = form.get('token');
  if (!isSame(form.get('state') ?? '', state) || token === null) {
    response.writeHead(403).end();
    return null;
  }
  const page = '<!doctype html><title>Glidepath</title><p>Signed in. You can close this page.';
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
  };
  response.writeHead(200, headers);
  await new Promise<void>((done) => response.end(page, done));
  return token;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) {
    text += String(piece);
    if (text.length > MOST_BYTES) request.destroy();
  }
  return text;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
