import path from 'node:path';
import { type Api, openApi } from './api.ts';
import { type Command, optionsOf } from './command.ts';
import { credentialFor, lastUrl, tokenFor } from './credentials.ts';
import { Failure, usage } from './failure.ts';
import type { Outside } from './outside.ts';
import type { JsonWish, Parsed } from './parse.ts';
import { type Config, readConfig } from './settings.ts';

/** One use of a command: what was asked for, and the way to everything that it needs. */
export interface Call {
  readonly outside: Outside;
  readonly command: Command;
  readonly json: JsonWish | null;
  readonly config: Config;
  argument(index: number): string;
  /** Undefined where it may be left out and was. */
  optionalArgument(index: number): string | undefined;
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  has(option: string): boolean;
  /** Address of the service, without a slash at its end. */
  url(): string;
  /**
   * The same for `what`, a secret of whoever calls. It goes to a service that its owner has named: whoever writes a
   * repository's file could name one of their own.
   */
  trustedUrl(what: string): string;
  /** A token or key of the environment variables, for that service; undefined where there is none. */
  secret(name: 'GLIDEPATH_TOKEN' | 'GLIDEPATH_SDK_KEY'): string | undefined;
  /** For `api`: of the environment variables, or what `login` has kept for this service. */
  token(): string | undefined;
  project(): string;
  environment(): NamedEnvironment;
  /** Whether any is named. */
  hasEnvironment(): boolean;
  api(): Api;
  /** A line for people, beside the data. */
  note(line: string): void;
}

export interface NamedEnvironment {
  readonly key: string;
  /** By `--env`, and not only by a default. */
  readonly isSpelledOut: boolean;
}

export function newCall(outside: Outside, command: Command, parsed: Parsed, json: JsonWish | null): Call {
  const { env } = outside;
  const config = readConfig(outside);
  const text = (option: string): string | undefined => {
    const value = parsed.values[option];
    return typeof value === 'string' ? value : undefined;
  };
  const url = () => {
    const named = text('url') ?? env['GLIDEPATH_URL'] ?? config.content.url ?? lastUrl(outside);
    if (named === null)
      throw usage('It is not known where the service is.', 'Pass --url, set GLIDEPATH_URL, or sign in.');
    return serviceUrl(named);
  };
  const trustedUrl: Call['trustedUrl'] = (what) => {
    const isNamed = text('url') !== undefined || env['GLIDEPATH_URL'] !== undefined;
    if (isNamed || config.content.url === undefined || credentialFor(outside, url()) !== null) return url();
    throw usage(
      `${what} is not sent to ${url()}, which only ${path.basename(config.file ?? '')} names.`,
      'Set GLIDEPATH_URL, or pass --url.',
    );
  };
  const secret: Call['secret'] = (name) => {
    const value = env[name];
    if (value === undefined || value === '') return undefined;
    trustedUrl(name);
    return value;
  };
  const environmentKey = () => text('env') ?? env['GLIDEPATH_ENV'] ?? config.content.environment;
  const token = () => secret('GLIDEPATH_TOKEN') ?? tokenFor(outside, url()) ?? undefined;
  return {
    outside,
    command,
    json,
    config,
    argument(index) {
      const given = parsed.arguments[index];
      if (given === undefined) throw new Error(`\`${command.name}\` has no argument ${index}`);
      return given;
    },
    optionalArgument: (index) => parsed.arguments[index],
    text,
    texts: (option) => (parsed.values[option] ?? []) as readonly string[],
    has: (option) => parsed.values[option] === true,
    url,
    trustedUrl,
    secret,
    token,
    project: () => text('project') ?? env['GLIDEPATH_PROJECT'] ?? config.content.project ?? 'default',
    hasEnvironment: () => environmentKey() !== undefined,
    environment() {
      const spelledOut = text('env');
      const key = environmentKey();
      if (key === undefined) throw usage('It is not known which environment is meant.', 'Pass --env.');
      return { key, isSpelledOut: spelledOut !== undefined };
    },
    api: () => openApi(url(), token() ?? notSignedIn(url())),
    note: (line) => outside.stderr.write(`${line}\n`),
  };
}

/** The options that another call needs to act in the same place, as they were given here. */
export function sameOptions(call: Call, names: readonly string[] = ['url', 'project', 'env']): string {
  const known = optionsOf(call.command);
  return names
    .flatMap((name) => {
      const value = Object.hasOwn(known, name) ? call.text(name) : undefined;
      return value === undefined ? [] : [` --${name} ${quoted(value)}`];
    })
    .join('');
}

/** As a shell takes it as one word. */
export function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function serviceUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw usage(`\`${text}\` is no address of a service.`, 'It is such as https://flags.example.com.');
  if (url.username !== '' || url.password !== '')
    throw usage('The address holds a user or a password.', 'Leave them out: `glidepath login` signs in.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function notSignedIn(url: string): never {
  throw new Failure(
    'not-signed-in',
    'not-signed-in',
    `You are not signed in to ${url}.`,
    'Use `glidepath login`, or set GLIDEPATH_TOKEN.',
  );
}
