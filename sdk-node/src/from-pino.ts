import type { Logger, LogLevel } from '@glidepath/core/sdk';

type PinoFn = { (fields: object, message: string): void; (message: string): void };

/** As much of a pino logger as is used. */
export type PinoLogger = Readonly<Record<LogLevel, PinoFn>>;

/** A logger for `logger`: pino takes the fields before the message. */
export function fromPino(pino: PinoLogger): Logger {
  const at =
    (level: LogLevel): Logger[LogLevel] =>
    (message, fields) => {
      // By its name each time: pino puts other functions in place when its level is altered.
      if (fields === undefined) pino[level](message);
      else pino[level](fields, message);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
