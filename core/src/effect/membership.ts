import type { Engines } from '../evaluate/comparisons.ts';
import type { SegmentConfig } from '../model/model.ts';
import { type Condition, conditionOf } from './condition.ts';
import { type Budget, type Conjunction, implies } from './conjunction.ts';

/** What is known about who belongs to the segments. */
export interface Segments {
  /** Whether whoever matches belongs to one of the segments that a condition names. */
  includes(all: Conjunction, wanted: Condition, budget: Budget): boolean;
  /** What may be true of a member besides; null where that is not known. */
  casesOf(condition: Condition): readonly Conjunction[] | null;
}

/** Longer lists of members are not looked into. */
const LONGEST_LIST = 1_000;

interface Membership {
  /** By which anybody is in: a list or a rule each. */
  readonly ways: readonly { readonly conditions: Conjunction; readonly isCertain: boolean }[];
}

/** Reads each segment once. */
export function membershipOf(segments: ReadonlyMap<string, SegmentConfig>, engines: Engines): Segments {
  const known = new Map<string, Membership | null>();
  const read = (key: string): Membership | null => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const config = segments.get(key);
    const membership = config === undefined ? null : membershipIn(config, engines);
    known.set(key, membership);
    return membership;
  };
  return {
    includes: (all, wanted, budget) =>
      wanted.on === 'segments' &&
      !wanted.negate &&
      wanted.segments.some((key) =>
        read(key)?.ways.some(
          ({ conditions, isCertain }) => isCertain && conditions.every((one) => implies(all, one, budget)),
        ),
      ),
    casesOf({ on, negate, segments: keys }) {
      const [key, ...more] = keys;
      if (on !== 'segments' || negate || key === undefined || more.length > 0) return null;
      const ways = read(key)?.ways ?? [];
      return ways.length === 0 ? null : ways.map(({ conditions }) => conditions);
    },
  };
}

function membershipIn({ included, excluded, rules }: SegmentConfig, engines: Engines): Membership | null {
  if (included.some(({ keys }) => keys.length > LONGEST_LIST)) return null;
  const isOpen = excluded.every(({ keys }) => keys.length === 0);
  const lists = included.map(({ contextKind, keys }) => ({
    conditions: [conditionOf({ kind: contextKind, attribute: 'key', operator: 'in', values: keys }, engines)],
    isCertain: isOpen,
  }));
  const shares = rules.map(({ clauses, share }) => ({
    conditions: clauses.map((clause) => conditionOf(clause, engines)),
    isCertain: isOpen && share === undefined,
  }));
  return { ways: [...lists, ...shares] };
}
