import type { HttpAnswer, Network, NetworkRequest, Platform, ReportRequest } from './platform.ts';

const MAX_CHARACTERS = 20 * 1024 * 1024;

/** By `fetch`; a stream cannot be had, because a global `WebSocket` sends no `Authorization`. */
export function edgeNetwork(setTimer: Platform['setTimer']): Network {
  const ask = (
    { url, timeoutMs }: NetworkRequest,
    request: RequestInit | Promise<RequestInit>,
    done: (answer: HttpAnswer) => void,
  ): (() => void) => {
    const giveUp = new AbortController();
    const cancel = setTimer(() => giveUp.abort(), timeoutMs, false);
    void answerOf(url, request, giveUp.signal).then((answer) => {
      cancel();
      done(answer);
    });
    return () => giveUp.abort();
  };
  return {
    openSocket(_asked, events) {
      const cancel = setTimer(() => events.closed({}), 0, false);
      return { send: () => undefined, terminate: cancel };
    },
    getPayload: (asked, done) => ask(asked, { headers: asked.headers }, done),
    postReport: (asked, done) => ask(asked, reportOf(asked), done),
  };
}

async function answerOf(
  url: string,
  request: RequestInit | Promise<RequestInit>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, { ...(await request), ...uncached(url), redirect: 'manual', signal });
    const text = await response.text();
    if (text.length > MAX_CHARACTERS) return { kind: 'none' };
    const retryAfter = response.headers.get('retry-after');
    return {
      kind: 'answer',
      status: response.status,
      text,
      ...(retryAfter !== null && { retryAfter }),
      ...(response.headers.get('glidepath-overrides') === 'allowed' && { areOverridesAllowed: true }),
    };
  } catch {
    return { kind: 'none' };
  }
}

/** A framework's cache could serve an hour-old rule set; some runtimes refuse the very word. */
function uncached(url: string): RequestInit {
  // Node's types do not know it.
  const option = { cache: 'no-store' } as RequestInit;
  try {
    new Request(url, option);
    return option;
  } catch {
    return {};
  }
}

async function reportOf({ headers, text, isGzipped }: ReportRequest): Promise<RequestInit> {
  const json = { ...headers, 'content-type': 'application/json' };
  if (!isGzipped || typeof CompressionStream !== 'function') return { method: 'POST', headers: json, body: text };
  const zipped = new Response(text).body?.pipeThrough(new CompressionStream('gzip')) ?? null;
  const body = await new Response(zipped).arrayBuffer();
  return { method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body };
}
