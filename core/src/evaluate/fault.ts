import type { ErrorKind } from '../model/resolution.ts';

/** Ends an evaluation: the caller gets the fallback, and this as the reason. Never leaves `evaluate`. */
export class Fault extends Error {
  readonly errorKind: ErrorKind;

  constructor(errorKind: ErrorKind, message: string) {
    super(message);
    this.errorKind = errorKind;
  }
}
