import type { Page, ProblemView } from '@glidepath/server/api-types';
import { type Exit, Failure } from './failure.ts';

/** Longer than any wait that the service allows. */
const DEADLINE_MS = 40_000;
const PAGE = 500;

export interface Asked {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The HTTP API of one service, as the holder of one token, or as nobody. */
export interface Api {
  readonly url: string;
  send<T>(method: string, route: string, asked?: Asked): Promise<T>;
  /** The same, and when the service answered by its own clock, to the second; null where it did not say. */
  sendDated<T>(
    method: string,
    route: string,
    asked?: Asked,
  ): Promise<{ readonly answer: T; readonly at: number | null }>;
  /** All pages of a list. */
  list<T>(route: string, query?: Asked['query']): Promise<readonly T[]>;
}

export function openApi(url: string, token: string | null): Api {
  const ask = (method: string, route: string, { body, query = {}, headers = {} }: Asked = {}): Promise<Response> => {
    const address = new URL(`${url}${route}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
    return reach(address, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        accept: 'application/json',
        // The audit log tells changes from a terminal by it.
        'user-agent': `glidepath-cli/${__VERSION__}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // A token goes to the service that was named, and to nobody whom it names.
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  };
  const send = async <T>(method: string, route: string, asked?: Asked): Promise<T> =>
    answerOf<T>(await ask(method, route, asked));
  return {
    url,
    send,
    async sendDated<T>(method: string, route: string, asked?: Asked) {
      const response = await ask(method, route, asked);
      const at = Date.parse(response.headers.get('date') ?? '');
      return { answer: await answerOf<T>(response), at: Number.isNaN(at) ? null : at };
    },
    async list<T>(route: string, query: Asked['query'] = {}) {
      const items: T[] = [];
      for (let cursor: string | undefined; ; ) {
        const page: Page<T> = await send('GET', route, { query: { limit: String(PAGE), ...query, cursor } });
        items.push(...page.items);
        if (page.next === undefined) return items;
        cursor = page.next;
      }
    },
  };
}

/** `fetch`, whose failures say what is wrong. */
export async function reach(address: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    const why = causeOf(error);
    throw new Failure(
      'failed',
      'unreachable',
      `${address.origin} cannot be reached: ${why}.`,
      '`glidepath doctor` looks for the reason.',
    );
  }
}

/** The code of the system or of TLS where there is one: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
export function causeOf(error: unknown): string {
  const { cause, name, message } = error as {
    cause?: { code?: unknown; message?: unknown };
    name: string;
    message: string;
  };
  if (name === 'TimeoutError') return 'no answer in time';
  return String(cause?.code ?? cause?.message ?? message);
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) {
    if (body === undefined && text !== '') throw notTheService(response);
    return body as T;
  }
  if (typeof body !== 'object' || body === null || !('code' in body)) throw notTheService(response);
  throw failureOf(body as ProblemView);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notTheService({ url, status }: Response): Failure {
  return new Failure(
    'failed',
    'not-the-service',
    `${new URL(url).origin} answered ${status}, and not as Glidepath answers.`,
    'Check the address; `glidepath doctor` looks for a proxy in between.',
  );
}

const EXITS: Readonly<Record<number, Exit>> = { 401: 'not-signed-in', 403: 'refused' };

function failureOf({ status, code, detail, errors = [] }: ProblemView): Failure {
  const exit = EXITS[status] ?? 'failed';
  const parts = errors.map(({ pointer, detail: part }) => `  ${pointer || '/'}: ${part}`);
  const mend = exit === 'not-signed-in' ? 'Sign in again with `glidepath login`.' : null;
  return new Failure(exit, code, [detail, ...parts].join('\n'), mend, errors);
}
