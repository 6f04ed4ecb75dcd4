import type { Clause } from '../model/model.ts';
import { placeOf, readAttribute } from './context.ts';
import { Fault } from './fault.ts';
import { type Engines, operatorOf, type Predicate } from './operators.ts';
import { anyHolds, follow, malformed, type Test } from './visit.ts';

/** Throws a `Fault` for what this code cannot read. */
export function compileClause(clause: Clause, engines: Engines): Test {
  const { kind = 'user', attribute, operator, values, negate = false } = clause;
  const definition = operatorOf(operator);
  if (definition === undefined) throw new Fault('UNSUPPORTED', `the operator '${operator}' is unknown`);
  switch (definition.on) {
    case 'presence': {
      const place = placeOf(kind, attribute);
      return (visit) => (readAttribute(visit, place) !== undefined) !== negate;
    }
    case 'segments': {
      const tests = values.filter((value) => typeof value === 'string').map(inSegment);
      return (visit) => anyHolds(tests, visit) !== negate;
    }
    case 'value': {
      const place = placeOf(kind, attribute);
      const predicate = predicateOf(definition.compile, clause, engines);
      return (visit) => {
        const value = readAttribute(visit, place);
        if (value === undefined) return false;
        return (Array.isArray(value) ? value.some(predicate) : predicate(value)) !== negate;
      };
    }
  }
}

function predicateOf(
  compile: (values: Clause['values'], engines: Engines) => Predicate,
  { operator, values }: Clause,
  engines: Engines,
): Predicate {
  try {
    return compile(values, engines);
  } catch (error) {
    // Nothing but a pattern that the engine refuses, or no engine.
    throw new Fault('UNSUPPORTED', `'${operator}' cannot be compiled: ${error instanceof Error ? error.message : ''}`);
  }
}

function inSegment(key: string): Test {
  return (visit) => {
    const segment = visit.lookup.segment(key);
    if (segment === undefined) throw malformed(`there is no segment '${key}'`);
    return follow(visit, segment, segment.compiled());
  };
}
