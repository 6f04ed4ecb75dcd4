/** One reason why a change is refused: where, what is wrong, how to mend it. */
export interface ChangeProblem {
  readonly code:
    | 'unknown-variation'
    | 'unknown-flag'
    | 'unknown-segment'
    | 'unknown-rule'
    | 'unknown-operator'
    | 'weights'
    | 'allocation'
    | 'cycle'
    | 'in-use'
    | 'duplicate'
    | 'type'
    | 'limit'
    | 'invalid'
    | 'archived'
    | 'already-killed'
    | 'not-killed'
    | 'reserved';
  /** JSON pointer into the list of instructions, such as `/0/weights`, or into the document. */
  readonly pointer: string;
  readonly detail: string;
}

export type Applied<D> =
  | { readonly kind: 'applied'; readonly document: D }
  | { readonly kind: 'refused'; readonly problems: readonly ChangeProblem[] };
