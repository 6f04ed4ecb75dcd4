import type { Clause, FlagBody, Item, Scalar } from '@glidepath/core';
import { flagItem, segmentItem } from '@glidepath/core/testing';
import type { Case } from '../case.ts';

/** A case as it is written by hand: the whole answer is the reference's, its gist is ours and must be the same. */
export interface Draft extends Pick<Case, 'name' | 'shows' | 'before' | 'items' | 'context' | 'remote'> {
  /** `flag` unless given. */
  readonly flagKey?: string;
  /** `false` unless given. */
  readonly fallback?: unknown;
  /** What comes out: `on RULE_MATCH`, `off FALLTHROUGH null`, `on FALLTHROUGH 11929`, `ERROR MALFORMED_FLAG`. */
  readonly gives: string;
}

export interface Table {
  /** Its file in `cases/`, without the ending. */
  readonly file: string;
  readonly about: string;
  readonly drafts: readonly Draft[];
}

export const ON = { variation: 0 } as const;
export const OFF = { variation: 1 } as const;

/** The flag that is asked for, unless a case says otherwise: on for everybody. */
export function flag(body: Partial<FlagBody> = {}, rev = 1): Item {
  return flagItem('flag', body, rev);
}

/** On for those for whom all clauses hold, off for all others. */
export function flagFor(...clauses: readonly Clause[]): Item {
  return flag({ rules: [{ id: 'r1', clauses, serve: ON }], fallthrough: OFF });
}

export function isIn(segments: readonly string[], more: Partial<Clause> = {}): Clause {
  return { attribute: '', operator: 'in-segment', values: segments, ...more };
}

export function users(
  ...keys: readonly string[]
): readonly { readonly contextKind: string; readonly keys: readonly string[] }[] {
  return [{ contextKind: 'user', keys }];
}

/** The answer of a flag made by `flagFor`. */
export function matched(isMatch: boolean): string {
  return isMatch ? 'on RULE_MATCH' : 'off FALLTHROUGH';
}

/** A case of one clause: does it match? */
export type ClauseRow = readonly [name: string, clause: Clause, context: unknown, isMatch: boolean];

export function clauseCases(shows: string, rows: readonly ClauseRow[]): readonly Draft[] {
  return rows.map(([name, clause, context, isMatch]) => ({
    name,
    shows,
    items: [flagFor(clause)],
    context,
    gives: matched(isMatch),
  }));
}

/** A case of one operator: an attribute against values. */
export type OperatorRow = readonly [attribute: unknown, values: readonly Scalar[], isMatch: boolean, note?: string];

/** The attribute is called `a`. */
export function operatorCases(operator: string, shows: string, rows: readonly OperatorRow[]): readonly Draft[] {
  return rows.map(([attribute, values, isMatch, note]) => ({
    name: `${operator}: ${note ?? `${shortened(attribute)} against ${shortened(values)}`}`,
    shows,
    items: [flagFor({ attribute: 'a', operator, values })],
    context: { key: 'u', a: attribute },
    gives: matched(isMatch),
  }));
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export { flagItem, segmentItem };
