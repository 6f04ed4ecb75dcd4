import type { Engines } from '../evaluate/comparisons.ts';
import { isOperator, predicateOf } from '../evaluate/operators.ts';
import type { Clause } from '../model/model.ts';
import { type Atom, atomsOf, isWithin } from './atoms.ts';
import { pathOf } from './path.ts';

type Predicate = (value: unknown) => boolean;

/** A clause, read for what it says about contexts. */
export interface Condition {
  readonly clause: Clause;
  /** `value`: about an attribute's value. `other`: an operator that is not known here. */
  readonly on: 'value' | 'presence' | 'segments' | 'other';
  /** The same text for the same attribute of the same kind. */
  readonly place: string;
  /** What is never a list there: then clauses about it look at one and the same value. */
  readonly single: 'key' | 'kind' | null;
  readonly contextKind: string;
  readonly negate: boolean;
  readonly atoms: readonly Atom[];
  /** The same text for the same clause, negated or not. */
  readonly question: string;
  /** Null for patterns without an engine. */
  readonly accepts: Predicate | null;
  readonly segments: readonly string[];
}

export function conditionOf(clause: Clause, engines: Engines): Condition {
  const { kind = 'user', attribute, operator, values, negate = false } = clause;
  const on = subjectOf(operator);
  const path = pathOf(attribute);
  const [name] = path;
  return {
    clause,
    on,
    place: JSON.stringify(on === 'segments' ? [] : [kind, ...path]),
    single: path.length === 1 && (name === 'key' || name === 'kind') ? name : null,
    contextKind: kind,
    negate,
    question: JSON.stringify([kind, attribute, operator, values]),
    atoms: on === 'value' ? atomsOf(clause) : [],
    accepts: on === 'value' ? acceptedBy(clause, engines) : null,
    segments: on === 'segments' ? values.filter((value) => typeof value === 'string') : [],
  };
}

function subjectOf(operator: string): Condition['on'] {
  if (operator === 'exists') return 'presence';
  if (operator === 'in-segment') return 'segments';
  return isOperator(operator) ? 'value' : 'other';
}

function acceptedBy(clause: Clause, engines: Engines): Predicate | null {
  try {
    return predicateOf(clause, engines);
  } catch {
    // A pattern, and no engine for it.
    return null;
  }
}

export function opposite(condition: Condition): Condition {
  return { ...condition, negate: !condition.negate };
}

/** The same about some of the values only. */
export function narrowed(condition: Condition, atoms: readonly Atom[]): Condition {
  return { ...condition, atoms };
}

/** Whether every value of the atom satisfies the condition, its negation left aside; false where that is not known. */
export function holdsAtom({ atoms, accepts }: Condition, atom: Atom): boolean {
  if (atom.kind === 'scalar' && accepts !== null) return accepts(atom.value);
  return atoms.some((outer) => isWithin(atom, outer));
}

/** Whether no value of the atom satisfies the condition, its negation left aside; known of single values only. */
export function refusesAtom({ accepts }: Condition, atom: Atom): boolean {
  return atom.kind === 'scalar' && accepts !== null && !accepts(atom.value);
}

/** Whether the attribute must be present for it to hold. */
export function needsPresence({ on, negate }: Condition): boolean {
  return on === 'value' || (on === 'presence' && !negate);
}
