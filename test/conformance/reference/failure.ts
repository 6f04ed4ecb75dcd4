/** Ends an evaluation with an error. Several kinds where the definition does not say which. */
export class Failure extends Error {
  readonly errorKind: string | readonly string[];

  constructor(errorKind: string | readonly string[]) {
    super(String(errorKind));
    this.errorKind = errorKind;
  }
}

/** A definition without the shape that every definition has. */
export const MISSHAPEN = ['MALFORMED_FLAG', 'UNSUPPORTED'] as const;
