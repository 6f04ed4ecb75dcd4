import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';

/** One environment variable, without its prefix. */
interface Setting<T> {
  readonly schema: z.ZodType<T, string>;
  /** What stands where nothing is given; null = nothing. */
  readonly fallback: string | null;
  readonly meaning: string;
  /** Never repeated in a message, and may be read from the file that `…_FILE` names. */
  readonly isSecret?: true;
}

const PREFIX = 'GLIDEPATH_';

const text = z.string().min(1);
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

const publicUrl = z
  .string()
  .refine(isPublicUrl, 'must be an address such as https://flags.example, without a path (http only for localhost)')
  .transform((value) => new URL(value).origin);

const networks = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every(isNetwork), 'must be addresses or networks such as 10.0.0.0/8, separated by commas');

const origin = z
  .string()
  .refine(isOrigin, 'must be an address such as http://localhost:4010, without a path')
  .transform((value) => new URL(value).origin);

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://prometheus.example' })
  .refine((value) => !/[?#@]/.test(value), 'must have no query and no password: there is a setting for a token')
  .transform((value) => value.replace(/\/+$/, ''));

/** Every setting that there is: the table is the type, the check, and the text of `--help`. */
const SETTINGS = {
  HOST: { schema: text, fallback: '127.0.0.1', meaning: 'Address where it listens' },
  PORT: { schema: wholeNumber(0, 65_535), fallback: '4000', meaning: 'Port where it listens; 0 = any free one' },
  PUBLIC_URL: { schema: publicUrl, fallback: null, meaning: 'Address at which browsers and SDKs see it' },
  TRUST_PROXY: { schema: networks, fallback: null, meaning: 'Proxies whose forwarding headers are believed' },
  DATA_DIR: { schema: text, fallback: './data', meaning: 'Folder for the files of this installation' },
  DATABASE_URL: {
    schema: z.string().regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, 'must begin with file: or postgres://'),
    fallback: null,
    meaning: 'file:<path> for SQLite (in the data folder by default), postgres://… for PostgreSQL',
    isSecret: true,
  },
  DATABASE_LISTEN_URL: {
    schema: z.string().regex(/^postgres(ql)?:\/\/.+$/, 'must begin with postgres://'),
    fallback: null,
    meaning: 'Direct connection for LISTEN, where DATABASE_URL leads through a pooler',
    isSecret: true,
  },
  SECRET: {
    schema: z.string().min(32, 'must have at least 32 characters, such as those of `openssl rand -base64 32`'),
    fallback: null,
    meaning:
      'Encrypts what must be read back, signs links; made at first start with SQLite, must be given with PostgreSQL',
    isSecret: true,
  },
  DRAIN_SECONDS: { schema: wholeNumber(0, 600), fallback: '45', meaning: 'How long a graceful stop may take' },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    fallback: 'info',
    meaning: 'What is logged: fatal, error, warn, info, debug, trace or silent',
  },
  METRICS_TOKEN: {
    schema: z.string().min(16, 'must have at least 16 characters'),
    fallback: null,
    meaning: 'Bearer token for /metrics; without one only this machine may read it',
    isSecret: true,
  },
  OUTBOUND_ALLOW: {
    schema: networks,
    fallback: null,
    meaning: 'Networks inside that webhooks and gates may ask, also over http; without it public addresses only',
  },
  SLACK_SIGNING_SECRET: {
    schema: z.string().min(16, 'must have at least 16 characters: copy it from the page of your Slack app'),
    fallback: null,
    meaning: 'With which Slack signs presses of buttons; without it messages have no buttons',
    isSecret: true,
  },
  SLACK_ORIGIN: { schema: origin, fallback: null, meaning: "Stands in for Slack's hosts, for tests" },
  PROMETHEUS_URL: {
    schema: baseUrl,
    fallback: null,
    meaning: 'Prometheus that gates of rollouts query; it may lie inside',
  },
  PROMETHEUS_TOKEN: { schema: text, fallback: null, meaning: 'Bearer token for it', isSecret: true },
  GATE_WEBHOOK_SECRET: {
    schema: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64'),
    fallback: null,
    meaning: 'Signs what webhooks of gates are asked (Standard Webhooks); without it they are not asked',
    isSecret: true,
  },
  LIMIT_SIGN_INS: {
    schema: wholeNumber(1, 10_000),
    fallback: '5',
    meaning: 'Attempts to sign in per minute, for each account and for each address',
  },
  LIMIT_API_REQUESTS: {
    schema: wholeNumber(1, 10_000_000),
    fallback: '300',
    meaning: 'Requests per minute of each API token',
  },
  LIMIT_EVALUATIONS: {
    schema: wholeNumber(1, 10_000_000),
    fallback: '600',
    meaning: 'Remote evaluations per minute of one client key from one address',
  },
  LIMIT_CONNECTIONS: { schema: wholeNumber(1, 1_000_000), fallback: '10000', meaning: 'Open streams of this process' },
  LIMIT_HANDSHAKES: {
    schema: wholeNumber(1, 100_000),
    fallback: '250',
    meaning: 'New streams per second of this process; twice as many at once',
  },
  LIMIT_HANDSHAKES_PER_KEY: {
    schema: wholeNumber(1, 100_000),
    fallback: '20',
    meaning: 'New streams per second of one SDK key',
  },
} as const satisfies Record<string, Setting<unknown>>;

type Name = keyof typeof SETTINGS;
type ValueOf<N extends Name> = (typeof SETTINGS)[N] extends { fallback: string }
  ? z.output<(typeof SETTINGS)[N]['schema']>
  : z.output<(typeof SETTINGS)[N]['schema']> | null;

/** The settings of one process, checked. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Origin without a slash at the end. */
  readonly publicUrl: string | null;
  readonly trustProxy: readonly string[] | null;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly databaseListenUrl: string | null;
  readonly secret: string | null;
  readonly drainMs: number;
  readonly logLevel: string;
  readonly metricsToken: string | null;
  /** Networks that the service may ask besides public addresses. */
  readonly outboundAllow: readonly string[];
  readonly slackSigningSecret: string | null;
  readonly slackOrigin: string | null;
  readonly prometheusUrl: string | null;
  readonly prometheusToken: string | null;
  readonly gateWebhookSecret: string | null;
  readonly limits: ConfiguredLimits;
}

export interface ConfiguredLimits {
  readonly signInsPerMinute: number;
  readonly apiRequestsPerMinute: number;
  readonly evaluationsPerMinute: number;
  readonly connections: number;
  readonly handshakesPerSecond: number;
  readonly handshakesPerSecondOfKey: number;
}

/** A mistake in the settings: one message that names the variable, what was given, and what is accepted. */
export class ConfigError extends Error {}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readFile(file: string): string;
}

/** Reads the settings from the environment, or throws a `ConfigError`. */
export function readConfig(surroundings: Surroundings): Config {
  const get = <N extends Name>(name: N): ValueOf<N> => settingOf(name, surroundings);
  const dataDir = get('DATA_DIR');
  const config: Config = {
    host: get('HOST'),
    port: get('PORT'),
    publicUrl: get('PUBLIC_URL'),
    trustProxy: get('TRUST_PROXY'),
    dataDir,
    databaseUrl: get('DATABASE_URL') ?? `file:${path.join(dataDir, 'glidepath.db')}`,
    databaseListenUrl: get('DATABASE_LISTEN_URL'),
    secret: get('SECRET'),
    drainMs: get('DRAIN_SECONDS') * 1_000,
    logLevel: get('LOG_LEVEL'),
    metricsToken: get('METRICS_TOKEN'),
    outboundAllow: get('OUTBOUND_ALLOW') ?? [],
    slackSigningSecret: get('SLACK_SIGNING_SECRET'),
    slackOrigin: get('SLACK_ORIGIN'),
    prometheusUrl: get('PROMETHEUS_URL'),
    prometheusToken: get('PROMETHEUS_TOKEN'),
    gateWebhookSecret: get('GATE_WEBHOOK_SECRET'),
    limits: {
      signInsPerMinute: get('LIMIT_SIGN_INS'),
      apiRequestsPerMinute: get('LIMIT_API_REQUESTS'),
      evaluationsPerMinute: get('LIMIT_EVALUATIONS'),
      connections: get('LIMIT_CONNECTIONS'),
      handshakesPerSecond: get('LIMIT_HANDSHAKES'),
      handshakesPerSecondOfKey: get('LIMIT_HANDSHAKES_PER_KEY'),
    },
  };
  checkTogether(config);
  return config;
}

function settingOf<N extends Name>(name: N, surroundings: Surroundings): ValueOf<N> {
  const setting: Setting<unknown> = SETTINGS[name];
  const given = givenFor(name, setting, surroundings) ?? setting.fallback;
  if (given === null) return null as ValueOf<N>;
  const result = setting.schema.safeParse(given);
  if (result.success) return result.data as ValueOf<N>;
  const shown = setting.isSecret ? 'what was given (not shown)' : `"${given}"`;
  throw new ConfigError(`${PREFIX}${name}: ${shown} is not accepted: ${reasonOf(result.error)}.`);
}

/** An empty variable counts as not given, as compose files and shells leave them. */
function givenFor(name: Name, { isSecret }: Setting<unknown>, { env, readFile }: Surroundings): string | null {
  const direct = env[PREFIX + name];
  const file = isSecret ? env[`${PREFIX}${name}_FILE`] : undefined;
  if (direct && file) throw new ConfigError(`Give ${PREFIX}${name} or ${PREFIX}${name}_FILE, not both.`);
  if (!file) return direct || null;
  try {
    return readFile(file).trim();
  } catch {
    throw new ConfigError(`${PREFIX}${name}_FILE: "${file}" cannot be read. Give the path of a readable file.`);
  }
}

function reasonOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue?.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  return issue?.message ?? 'it is not valid';
}

/** Whoever is not on this machine must come over https, or through a proxy that we know. */
function checkTogether({ host, publicUrl: url, trustProxy, databaseUrl, secret }: Config): void {
  if (!isLoopbackHost(host) && url === null && trustProxy === null) {
    throw new ConfigError(
      `${PREFIX}HOST: "${host}" can be reached from other machines. Set ${PREFIX}PUBLIC_URL (https://…) or ` +
        `${PREFIX}TRUST_PROXY (networks of your proxies), or listen on 127.0.0.1.`,
    );
  }
  if (!databaseUrl.startsWith('file:') && secret === null) {
    throw new ConfigError(
      `${PREFIX}SECRET: nothing was given. With PostgreSQL every replica needs the same one, of at least 32 characters.`,
    );
  }
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, pathname, search, hash, username } = new URL(value);
  const isBare = pathname === '/' && search === '' && hash === '' && username === '';
  return isBare && (protocol === 'https:' || protocol === 'http:');
}

function isPublicUrl(value: string): boolean {
  if (!isOrigin(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname.replace(/^\[|\]$/g, '')));
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** What `--help` prints: every variable with its default and meaning. */
export function helpText(): string {
  const rows = Object.entries(SETTINGS).map(([name, setting]: [string, Setting<unknown>]) => {
    const fallback = setting.fallback ?? '-';
    const file = setting.isSecret ? ` (or ${PREFIX}${name}_FILE)` : '';
    return `  ${(PREFIX + name).padEnd(36)} ${fallback.padEnd(12)} ${setting.meaning}${file}`;
  });
  return ['Glidepath: feature flags. Settings are environment variables:', '', ...rows, ''].join('\n');
}
