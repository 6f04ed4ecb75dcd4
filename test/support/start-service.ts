import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { App, AppOptions, KnownRoute, Listening, ManualClock } from '@glidepath/server';
import { openApp, openClock, openLog, readConfig } from '@glidepath/server';

export const ADMIN = { email: 'ada@example.test', name: 'Ada', password: 'a long way to the harbour' } as const;

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests as somebody. Bodies are JSON; an answer that is none comes as text. */
export type Send = <T = Record<string, unknown>>(method: string, path: string, asked?: Asked) => Promise<Answer<T>>;

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Somebody who has signed in. */
export interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
  readonly memberId: string;
  readonly send: Send;
}

/** The whole service in this process, on a port and in a folder of its own. */
export interface Service extends AsyncDisposable {
  readonly url: string;
  readonly app: App;
  readonly listening: Listening;
  readonly dataDir: string;
  readonly routes: readonly KnownRoute[];
  /** The first administrator, who has set it up. */
  readonly admin: SignedIn;
  /** Without any credential. */
  readonly send: Send;
  /** With a key or token. */
  as(secret: string): Send;
  signIn(credentials: Credentials): Promise<SignedIn>;
  /** A new API token of the administrator; an administrator's unless said otherwise. */
  token(input?: Readonly<Record<string, unknown>>): Promise<string>;
  /** A new key of the environment; a server key unless said otherwise. */
  sdkKey(environment: string, input?: Readonly<Record<string, unknown>>): Promise<string>;
}

export interface ServiceOptions
  extends Partial<Pick<AppOptions, 'clock' | 'random' | 'streamLimits' | 'uiFolder' | 'logger'>> {
  /** Environment variables without their prefix. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where an earlier service has left its files; removed at the end only where the service made it. */
  readonly dataDir?: string;
}

/** Limits that tests meet only where they mean to. */
const ROOMY = {
  LIMIT_SIGN_INS: '10000',
  LIMIT_API_REQUESTS: '10000000',
  LIMIT_EVALUATIONS: '10000000',
  LIMIT_HANDSHAKES_PER_KEY: '100000',
};

export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'glidepath-service-'));
  const settings = { ...ROOMY, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', ...options.settings };
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`GLIDEPATH_${name}`, value]));
  const config = readConfig({ env, readFile: (file) => readFileSync(file, 'utf8') });
  const routes: KnownRoute[] = [];
  const app = await openApp({
    config,
    clock: options.clock ?? openClock(),
    random: options.random ?? Math.random,
    logger: options.logger ?? openLog(config.logLevel),
    replica: `test-${randomUUID().slice(0, 8)}`,
    uiFolder: options.uiFolder ?? null,
    memory: { residentBytes: () => process.memoryUsage.rss(), totalBytes: os.totalmem() },
    withProcessMetrics: false,
    onRoute: (route) => routes.push(route),
    ...(options.streamLimits && { streamLimits: options.streamLimits }),
  });
  const listening = await app.listen();
  const { localUrl: url } = listening;
  const send = sender(url, {});
  const admin = await enter(url, listening.setupLink);

  return {
    url,
    app,
    listening,
    dataDir,
    routes,
    admin,
    send,
    as: (secret) => sender(url, { authorization: `Bearer ${secret}` }),
    signIn: (credentials) => signIn(url, credentials),
    async token(input = {}) {
      const body = { name: 'test', role: 'admin', ...input };
      return secretOf(await admin.send('POST', '/api/v1/api-tokens', { body }));
    },
    async sdkKey(environment, input = {}) {
      const body = { name: 'test', kind: 'server', ...input };
      const keys = `/api/v1/projects/default/environments/${environment}/sdk-keys`;
      return secretOf(await admin.send('POST', keys, { body }));
    },
    async [Symbol.asyncDispose]() {
      await app.stop(Promise.resolve());
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A stop gives connections that were opened and never used so much time, which has to pass where the clock is a test's. */
export async function stopUnder(clock: ManualClock, service: Service): Promise<void> {
  const time = setInterval(() => clock.moveTo(clock.now() + 1_000), 20);
  await service[Symbol.asyncDispose]();
  clearInterval(time);
}

type SessionAnswer = Answer<{ readonly csrfToken: string; readonly member: { readonly id: string } }>;

/** Sets up an installation that is new; one that has an administrator already is signed in to. */
export async function enter(url: string, setupLink: string | null): Promise<SignedIn> {
  const token = setupLink?.split('#')[1];
  const made =
    token === undefined ? null : await sender(url, {})('POST', '/api/v1/setup', { body: { token, ...ADMIN } });
  // Of two replicas that start at once, the other may have been faster.
  return made?.status === 201 ? signedInBy(url, made as SessionAnswer) : signIn(url, ADMIN);
}

async function signIn(url: string, { email, password }: Credentials): Promise<SignedIn> {
  return signedInBy(url, await sender(url, {})('POST', '/api/v1/session', { body: { email, password } }));
}

function signedInBy(url: string, { status, headers, body }: SessionAnswer): SignedIn {
  const cookie = headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`signing in answered ${status}: ${JSON.stringify(body)}`);
  const { csrfToken: csrf, member } = body;
  return { cookie, csrf, memberId: member.id, send: sender(url, { cookie, 'x-glidepath-csrf': csrf }) };
}

function secretOf({ status, body }: Answer<Record<string, unknown>>): string {
  if (typeof body['secret'] === 'string') return body['secret'];
  throw new Error(`no secret was answered, but ${status}: ${JSON.stringify(body)}`);
}

function sender(url: string, credentials: Readonly<Record<string, string>>): Send {
  return async <T>(method: string, route: string, { body, headers = {} }: Asked = {}): Promise<Answer<T>> => {
    const response = await fetch(url + route, {
      method,
      headers: { ...credentials, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed<T>(text) };
  };
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return text as T;
  }
}
