import { inspect } from 'node:util';
import type { AppOptions } from '@glidepath/server';

type Logger = AppOptions['logger'];

/** Puts all that is logged, at any level and before any serializer has shortened it, into `lines`. */
export function recordingLogger(lines: string[]): Logger {
  const record = (...entry: readonly unknown[]): void => void lines.push(inspect(entry, { depth: 6 }));
  const logger: Logger = {
    level: 'trace',
    fatal: record,
    error: record,
    warn: record,
    info: record,
    debug: record,
    trace: record,
    silent: () => undefined,
    child: () => logger,
  };
  return logger;
}
