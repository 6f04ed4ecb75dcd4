import type { Logger, LogLevel } from './status.ts';

/** From the least to the gravest. */
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const LINE_EVERY_MS = 60_000;

/** Writes lines such as `[glidepath] GP1102 stream lost; …`, at most one per code and minute. */
export type Log = (level: LogLevel, code: string, message: string) => void;

/** A logger that throws is as good as none: logging may never break the application. */
export function createLog(logger: Logger | false, minimum: LogLevel, now: () => number): Log {
  const last = new Map<string, number>();
  return (level, code, message) => {
    if (logger === false || LEVELS.indexOf(level) < LEVELS.indexOf(minimum)) return;
    const at = now();
    const before = last.get(code);
    if (before !== undefined && at - before < LINE_EVERY_MS) return;
    last.set(code, at);
    try {
      logger[level](`[glidepath] ${code} ${message}`);
    } catch {
      // nowhere left to tell it
    }
  };
}
