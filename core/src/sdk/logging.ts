import type { Logger, LogLevel } from './status.ts';

/** From the least to the gravest. */
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const LINE_EVERY_MS = 60_000;
/** Of an address behind a line, in characters. */
const LONGEST_ADDRESS = 100;

/** Writes lines such as `[glidepath] GP1102 stream lost; …`, at most one per code and minute. */
export type Log = (level: LogLevel, code: string, message: string) => void;

/**
 * A logger that throws is as good as none: logging may never break the application. Each line ends with where it says
 * what to do about its code.
 */
export function createLog(
  logger: Logger | false,
  minimum: LogLevel,
  now: () => number,
  docsOf: (code: string) => string,
): Log {
  const quietUntil = new Map<string, number>();
  return (level, code, message) => {
    const at = now();
    if (logger === false || LEVELS.indexOf(level) < LEVELS.indexOf(minimum) || at < (quietUntil.get(code) ?? at))
      return;
    quietUntil.set(code, at + LINE_EVERY_MS);
    const docs = docsOf(code);
    try {
      logger[level](`[glidepath] ${code} ${message}${docs.length > LONGEST_ADDRESS ? '' : ` (${docs})`}`);
    } catch {
      // nowhere left to tell it
    }
  };
}
