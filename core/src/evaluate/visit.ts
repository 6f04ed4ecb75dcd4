import type { CompiledFlag, CompiledSegment } from './compiled.ts';
import { NO_BODY, type Subject } from './context.ts';

/** One evaluation on its way through a snapshot. */
export interface Visit extends Subject {
  readonly lookup: Lookup;
  /** Where the value stands that was bucketed last. */
  position: number;
  /** References followed to get here. */
  depth: number;
  /** What the references lead to, once known: a web of references costs no more than its items. */
  memo: Map<object, unknown> | null;
}

export function newVisit(lookup: Lookup): Visit {
  return {
    kind: 'user',
    body: NO_BODY,
    plainKind: 'user',
    key: null,
    lookup,
    position: 0,
    depth: 0,
    memo: null,
  };
}

/** What references are resolved in: the snapshot that the evaluation began with. */
export interface Lookup {
  readonly flags: ReadonlyMap<string, Compilable<CompiledFlag>>;
  readonly segments: ReadonlyMap<string, Compilable<CompiledSegment>>;
}

export interface Compilable<C> {
  readonly item: { readonly key: string; readonly rev: number };
  /** What else its definition names. */
  readonly references: readonly unknown[];
  /** Throws a `Fault` when it cannot be compiled. */
  compiled(): C;
}
