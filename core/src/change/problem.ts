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
    | 'not-killed'
    | 'reserved';
  /** JSON pointer into the list of instructions, such as `/0/weights`, or into the document. */
  readonly pointer: string;
  readonly detail: string;
}

export function problem(code: ChangeProblem['code'], pointer: string, detail: string): ChangeProblem {
  return { code, pointer, detail };
}

export type Applied<D> =
  | { readonly kind: 'applied'; readonly document: D }
  | { readonly kind: 'refused'; readonly problems: readonly ChangeProblem[] };

export function applied<D>(document: D): Applied<D> {
  return { kind: 'applied', document };
}

export function refused(code: ChangeProblem['code'], pointer: string, detail: string): Applied<never> {
  return { kind: 'refused', problems: [problem(code, pointer, detail)] };
}

/** The document, unless there are problems. */
export function unless<D>(problems: readonly ChangeProblem[], document: () => D): Applied<D> {
  return problems.length > 0 ? { kind: 'refused', problems } : applied(document());
}

export function mapApplied<D, E>(result: Applied<D>, then: (document: D) => E): Applied<E> {
  return result.kind === 'applied' ? applied(then(result.document)) : result;
}

/**
 * Applies instructions one after the other, each to what the one before left: all, or none.
 * `step` points into its instruction; the answer's pointers begin with the instruction's index.
 */
export function inOrder<D, I>(
  document: D,
  instructions: readonly I[],
  step: (document: D, instruction: I) => Applied<D>,
): Applied<D> {
  let present = document;
  for (const [index, instruction] of instructions.entries()) {
    const next = step(present, instruction);
    if (next.kind === 'refused') {
      const problems = next.problems.map((problem) => ({ ...problem, pointer: `/${index}${problem.pointer}` }));
      return { kind: 'refused', problems };
    }
    present = next.document;
  }
  return applied(present);
}
