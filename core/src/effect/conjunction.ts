import type { Atom } from './atoms.ts';
import { type Condition, holdsAtom, narrowed, needsPresence, refusesAtom } from './condition.ts';

/** Conditions that hold together; what some of them rule out is gone from the others' atoms. */
export type Conjunction = readonly Condition[];

/** How much may still be compared: huge lists of values are not worth waiting for. */
export interface Budget {
  left: number;
}

export function conjunctionOf(conditions: readonly Condition[], budget: Budget): Conjunction {
  budget.left -= conditions.length;
  return conditions.map((condition) => {
    if (condition.on !== 'value' || condition.negate) return condition;
    const rivals = conditions.filter((other) => other !== condition && isAboutTheSame(other, condition));
    if (rivals.length === 0 && condition.single === null) return condition;
    budget.left -= condition.atoms.length * (rivals.length + 1);
    return narrowed(
      condition,
      condition.atoms.filter(
        (atom) => isConceivable(condition, atom) && !rivals.some((rival) => rulesOut(rival, atom)),
      ),
    );
  });
}

function isAboutTheSame(a: Condition, b: Condition): boolean {
  return a.on === 'value' && b.on === 'value' && a.place === b.place;
}

/** A key is always text, and a kind is always itself. */
function isConceivable({ single, contextKind }: Condition, atom: Atom): boolean {
  if (single === null || atom.kind !== 'scalar') return true;
  return single === 'kind' ? atom.value === contextKind : typeof atom.value === 'string';
}

/**
 * Whether the element that satisfies another condition cannot be in the atom. Attributes may be lists: a second positive
 * condition about the same one may be satisfied by another element, but a negated one holds for all elements.
 */
function rulesOut(rival: Condition, atom: Atom): boolean {
  return rival.negate ? holdsAtom(rival, atom) : rival.single !== null && refusesAtom(rival, atom);
}

/** Conditions that cannot hold, alone or together; null where they might. */
export function contradictionIn(all: Conjunction): readonly Condition[] | null {
  for (const condition of all) {
    const against = all.find((other) => contradicts(condition, other));
    if (against !== undefined) return against === condition ? [condition] : [condition, against];
    if (condition.on === 'value' && !condition.negate && condition.atoms.length === 0)
      return all.filter((other) => isAboutTheSame(other, condition));
  }
  return null;
}

function contradicts(condition: Condition, other: Condition): boolean {
  switch (condition.on) {
    case 'value':
      return condition === other && isAgainstKind(condition);
    case 'presence':
      return condition.negate && needsPresence(other) && other.place === condition.place;
    case 'segments':
      if (condition.negate) return false;
      if (condition.segments.length === 0) return condition === other;
      return other.on === 'segments' && other.negate && isEachIn(condition.segments, other.segments);
    case 'other':
      return false;
  }
}

function isAgainstKind({ single, accepts, contextKind, negate }: Condition): boolean {
  return single === 'kind' && accepts !== null && accepts(contextKind) === negate;
}

/** Whether a condition holds wherever all of these do; false where that is not known. */
export function implies(all: Conjunction, wanted: Condition, budget: Budget): boolean {
  switch (wanted.on) {
    case 'value':
      return all.some((condition) => isAboutTheSame(condition, wanted) && impliesValue(condition, wanted, budget));
    case 'presence':
      return all.some((condition) => condition.place === wanted.place && impliesPresence(condition, wanted));
    case 'segments':
      return all.some((condition) => impliesMembership(condition, wanted));
    case 'other':
      return all.some((condition) => condition.question === wanted.question && condition.negate === wanted.negate);
  }
}

function impliesPresence(condition: Condition, wanted: Condition): boolean {
  return wanted.negate ? condition.on === 'presence' && condition.negate : needsPresence(condition);
}

function impliesMembership(condition: Condition, wanted: Condition): boolean {
  if (condition.on !== 'segments' || condition.negate !== wanted.negate) return false;
  return wanted.negate ? isEachIn(wanted.segments, condition.segments) : isEachIn(condition.segments, wanted.segments);
}

function impliesValue(condition: Condition, wanted: Condition, budget: Budget): boolean {
  if (condition.negate) {
    // None of more values: none of these.
    return wanted.negate && isEachHeld(wanted.atoms, condition, budget);
  }
  if (!wanted.negate) return isEachHeld(condition.atoms, wanted, budget);
  return condition.single !== null && isEvery(condition.atoms, 1, budget, (atom) => refusesAtom(wanted, atom));
}

function isEachHeld(atoms: readonly Atom[], by: Condition, budget: Budget): boolean {
  return isEvery(atoms, atoms[0]?.kind === 'scalar' ? 1 : by.atoms.length, budget, (atom) => holdsAtom(by, atom));
}

function isEvery(atoms: readonly Atom[], cost: number, budget: Budget, holds: (atom: Atom) => boolean): boolean {
  return atoms.every((atom) => {
    budget.left -= cost;
    return budget.left >= 0 && holds(atom);
  });
}

function isEachIn(some: readonly string[], all: readonly string[]): boolean {
  return some.every((key) => all.includes(key));
}
