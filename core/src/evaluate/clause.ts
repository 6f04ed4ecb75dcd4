import type { Clause } from '../model/model.ts';
import { placeOf, readAttribute } from './context.ts';
import { malformed } from './fault.ts';
import { type Engines, predicateOf } from './operators.ts';
import { anyHolds, follow, type Test } from './visit.ts';

/** Throws a `Fault` for what this code cannot read. */
export function compileClause(clause: Clause, engines: Engines): Test {
  const { kind = 'user', attribute, operator, values, negate = false } = clause;
  const place = placeOf(kind, attribute);
  if (operator === 'exists') return (visit) => (readAttribute(visit, place) !== undefined) !== negate;
  if (operator === 'in-segment') {
    const tests = values.filter((value) => typeof value === 'string').map(inSegment);
    return (visit) => anyHolds(tests, visit) !== negate;
  }
  const predicate = predicateOf(clause, engines);
  return (visit) => {
    const value = readAttribute(visit, place);
    if (value === undefined) return false;
    return (typeof value === 'object' && Array.isArray(value) ? value.some(predicate) : predicate(value)) !== negate;
  };
}

function inSegment(key: string): Test {
  return (visit) => {
    const segment = visit.lookup.segments.get(key);
    if (segment === undefined) throw malformed(`there is no segment '${key}'`);
    return follow(visit, segment, segment.compiled());
  };
}
