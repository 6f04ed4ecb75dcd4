import { type AnswerFacts, ApiError, isTransient } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** A body that is no JSON document. */
  readonly text?: { readonly type: string; readonly content: string };
  /** Revision that the writer saw, sent as `If-Match`. */
  readonly revision?: number;
  readonly idempotencyKey?: string;
  /** How often to send it before giving up, when no answer comes: 1 if absent. */
  readonly tries?: number;
  readonly signal?: AbortSignal;
}

/** The HTTP API. Rejects with `ApiError` only. */
export interface Api {
  get<T>(path: string, options?: RequestOptions): Promise<T>;
  post<T>(path: string, options?: RequestOptions): Promise<T>;
  put<T>(path: string, options?: RequestOptions): Promise<T>;
  patch<T>(path: string, options?: RequestOptions): Promise<T>;
  remove<T>(path: string, options?: RequestOptions): Promise<T>;
}

export interface ApiSurroundings {
  readonly fetch: typeof fetch;
  /** The CSRF token of the present session; null before sign-in. */
  csrfToken(): string | null;
  /** Called on 401: resolves once somebody has signed in again, rejects if they did not. */
  reauthenticate(): Promise<void>;
  /** Waits before another try. */
  pause(ms: number): Promise<void>;
}

const RETRY_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 5_000;
/** Where a 401 is an answer and not a lost session. */
const ACCESS_PATHS = new Set(['/api/v1/session', '/api/v1/setup']);

export function createApi(surroundings: ApiSurroundings): Api {
  async function once(method: Method, path: string, options: RequestOptions): Promise<Response> {
    const headers = headersOf(method, options, surroundings.csrfToken());
    try {
      return await surroundings.fetch(path + queryOf(options.query), {
        method,
        headers,
        credentials: 'same-origin',
        ...bodyOf(options),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      const detail = 'No answer from the server. Check the connection; nothing is known to have changed.';
      throw new ApiError(
        0,
        { code: 'no-answer', title: 'No answer', detail },
        { requestId: null, retryAfterMs: null, cause },
      );
    }
  }

  async function send<T>(method: Method, path: string, options: RequestOptions): Promise<T> {
    const response = await once(method, path, options);
    if (response.status === 401 && !ACCESS_PATHS.has(path)) {
      await surroundings.reauthenticate();
      return readAnswer<T>(await once(method, path, options));
    }
    return readAnswer<T>(response);
  }

  async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
    const tries = options.tries ?? 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send<T>(method, path, options);
      } catch (error) {
        if (attempt >= tries || !isTransient(error)) throw error;
        await surroundings.pause(Math.min(error.retryAfterMs ?? RETRY_PAUSE_MS * attempt, LONGEST_PAUSE_MS));
      }
    }
  }

  return {
    get: (path, options) => request('GET', path, options),
    post: (path, options) => request('POST', path, options),
    put: (path, options) => request('PUT', path, options),
    patch: (path, options) => request('PATCH', path, options),
    remove: (path, options) => request('DELETE', path, options),
  };
}

function bodyOf({ body, text }: RequestOptions): { readonly body?: string } {
  if (text !== undefined) return { body: text.content };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function headersOf(method: Method, options: RequestOptions, csrfToken: string | null): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.text !== undefined) headers['content-type'] = options.text.type;
  if (method !== 'GET' && csrfToken !== null) headers['x-glidepath-csrf'] = csrfToken;
  if (options.revision !== undefined) headers['if-match'] = `"${options.revision}"`;
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  return headers;
}

function queryOf(query: RequestOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

async function readAnswer<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new ApiError(response.status, problemOf(response, text), factsOf(response));
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function factsOf({ headers }: Response): AnswerFacts {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return { requestId: headers.get('x-request-id'), retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null };
}

function problemOf(response: Response, text: string): ApiError['problem'] {
  if (response.headers.get('content-type')?.includes('json')) {
    try {
      return JSON.parse(text) as ApiError['problem'];
    } catch {
      // A proxy in between cut the answer short: fall through to what the status says.
    }
  }
  return {
    code: 'unreadable-answer',
    title: `HTTP ${response.status}`,
    detail: `Something between here and the server answered with status ${response.status}. Try again in a moment.`,
  };
}
