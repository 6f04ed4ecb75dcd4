/** Where a process tells what happened: fields first, then a sentence. Never keys, tokens or contexts. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
