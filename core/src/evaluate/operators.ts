import type { Clause } from '../model/model.ts';
import { type Comparison, comparisons, type Engines, type Predicate } from './comparisons.ts';
import { unsupported } from './fault.ts';
import { formats } from './formats.ts';

const comparing = { ...comparisons, ...formats } as const satisfies Record<string, Comparison>;

/** Every operator that a clause may name: two ask for something else than how a value compares. */
export type Operator = keyof typeof comparing | 'exists' | 'in-segment';

/** Whether this code knows the operator; a newer server may know more. */
export function isOperator(name: string): name is Operator {
  return Object.hasOwn(comparing, name) || name === 'exists' || name === 'in-segment';
}

/** Throws a `Fault` for what this code cannot read. */
export function predicateOf({ operator, values }: Clause, engines: Engines): Predicate {
  try {
    return comparing[operator as keyof typeof comparing](values, engines);
  } catch (error) {
    // Nothing but a pattern that the engine refuses, or no engine.
    throw unsupported(`'${operator}' cannot be compiled: ${error instanceof Error ? error.message : ''}`);
  }
}
