import type { ErrorKind } from '../model/resolution.ts';

/** Ends an evaluation: the caller gets the fallback, and this as the reason. Never leaves `evaluate`. */
export class Fault extends Error {
  declare readonly errorKind: ErrorKind;

  constructor(errorKind: ErrorKind, message: string) {
    super(message);
    this.errorKind = errorKind;
  }
}

export function malformed(why: string): Fault {
  return new Fault('MALFORMED_FLAG', `the flag is malformed: ${why}`);
}

export function unsupported(why: string): Fault {
  return new Fault('UNSUPPORTED', why);
}
