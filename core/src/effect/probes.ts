import type { Engines } from '../evaluate/comparisons.ts';
import { instantOf } from '../evaluate/instant.ts';
import type { Clause, Scalar } from '../model/model.ts';
import { conditionOf } from './condition.ts';

/** Values of an attribute to try a clause with: some that satisfy it, and some that do not. */
export interface Probes {
  readonly hits: readonly Scalar[];
  readonly misses: readonly Scalar[];
}

/** Stands for all that nobody mentions. */
const UNMENTIONED = 'something else';
/** So many values of a long list are tried. */
const VALUES = 8;

/** `isNews` says which values deserve to be tried first. */
export function probesOf(clause: Clause, isNews: (value: Scalar) => boolean, engines: Engines): Probes {
  const { negate = false, operator, values } = clause;
  if (operator === 'exists') return negate ? { hits: [], misses: [true] } : { hits: [true], misses: [] };
  const { accepts } = conditionOf(clause, engines);
  if (accepts === null) return { hits: [], misses: [] };
  const chosen = [...values.filter(isNews), ...values.filter((value) => !isNews(value))].slice(0, VALUES);
  const hits = new Set<Scalar>();
  const misses = new Set<Scalar>();
  for (const value of chosen) {
    const around = neighboursOf(value);
    const hit = around.find((candidate) => accepts(candidate) !== negate);
    const miss = around.find((candidate) => accepts(candidate) === negate);
    if (hit !== undefined) hits.add(hit);
    if (miss !== undefined) misses.add(miss);
  }
  return { hits: [...hits], misses: [...misses] };
}

/** A value, and others that an operator may tell from it. */
function neighboursOf(value: Scalar): readonly Scalar[] {
  if (typeof value === 'boolean') return [value, !value];
  if (typeof value === 'number') return [value, value - 1, value + 1];
  const instant = instantOf(value);
  const instants = Number.isNaN(instant) ? [] : [instant - 1, instant + 1];
  const [address = ''] = value.split('/');
  return [value, ...instants, '0.0.0', '999999.0.0', UNMENTIONED, address, '192.0.2.1', '2001:db8::1'];
}
