import { pino } from 'pino';

/** Where a process tells what happened: fields first, then a sentence. Never keys, tokens or contexts. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Failed queries carry their parameters in the message; those are people's data. */
const PARAMETERS = /\nparams:.*$/s;

/** JSON lines on standard output. */
export function openLog(level: string): pino.Logger {
  return pino({ level, base: null, serializers: { err: describeError } });
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: DescribedError;
}

/** An error without what its library has hung on it. */
function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' };
  const message = error.message.replace(PARAMETERS, '');
  return {
    type: error.name,
    message,
    ...('code' in error && { code: error.code }),
    stack: error.stack?.replace(error.message, message),
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  };
}
