import { createLog, type Log } from '@glidepath/core/sdk';
import { logLevelOf, parseBase } from './options.ts';
import type { Platform } from './platform.ts';
import type { ClientOptions } from './types.ts';

/** Says the same of each code, for clients that know of no service. */
export const IN_README = '@glidepath/sdk-node/README.md#codes-in-logs-and-error-events';

/** Where it says what to do about a code: a page of the service, which every firewall lets through that lets flags through. */
export type DocsOf = (code: string) => string;

export function docsAt(options: ClientOptions, environment: Platform['environment']): DocsOf {
  const base = parseBase(options.url ?? environment['GLIDEPATH_URL']);
  return (code) => (typeof base === 'string' ? IN_README : new URL(`errors/${code}`, base).href);
}

/** What a client with these options writes its lines to. */
export function logFor(
  options: ClientOptions,
  { logger, environment, monotonic }: Pick<Platform, 'logger' | 'environment' | 'monotonic'>,
): Log {
  const docsOf = docsAt(options, environment);
  return createLog(options.logger ?? logger, logLevelOf(options.logLevel), monotonic, docsOf);
}
