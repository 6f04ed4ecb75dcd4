import type { Clause, FlagBody, FlagItem, Item, SegmentItem, ServeBody } from '@glidepath/core';
import { MISSHAPEN } from './failure.ts';
import { patternOf } from './operators.ts';
import type { Parts } from './parts.ts';

/** An item at its last definition that could be read; `fault` where there never was one. */
export type Known<I> = { readonly item: I; readonly fault: string | readonly string[] | null };

export interface Environment {
  readonly flags: ReadonlyMap<string, Known<FlagItem>>;
  readonly segments: ReadonlyMap<string, Known<SegmentItem>>;
}

const TYPES = ['boolean', 'string', 'number', 'json'];

/** What somebody knows who had `before` and then received `items`. */
export function environmentOf(parts: Parts, before: readonly Item[], items: readonly Item[]): Environment {
  const earlier = new Map(before.map((item) => [idOf(item), item]));
  const known = items.map((item): Known<Item> => {
    const fault = faultOf(parts, item);
    const kept = earlier.get(idOf(item));
    const isKept = fault !== null && kept !== undefined && faultOf(parts, kept) === null;
    return isKept && parts.keepsReadable ? { item: kept, fault: null } : { item, fault };
  });
  return {
    flags: new Map(known.filter(isFlag).map((flag) => [flag.item.key, flag])),
    segments: new Map(known.filter(isSegment).map((segment) => [segment.item.key, segment])),
  };
}

function idOf({ kind, key }: Item): string {
  return `${kind} ${key}`;
}

function isFlag(known: Known<Item>): known is Known<FlagItem> {
  return known.item.kind === 'flag';
}

function isSegment(known: Known<Item>): known is Known<SegmentItem> {
  return known.item.kind === 'segment';
}

/** Why nobody can evaluate it; null when they can. */
function faultOf(parts: Parts, item: Item): string | readonly string[] | null {
  try {
    return isReadable(parts, item) ? null : 'UNSUPPORTED';
  } catch {
    return MISSHAPEN;
  }
}

/** Throws where the definition has not the shape that all have. */
function isReadable(parts: Parts, { kind, body }: Item): boolean {
  if (body.schema !== 1) return false;
  return kind === 'flag' ? isReadableFlag(parts, body) : areReadable(parts, body.rules);
}

function isReadableFlag(parts: Parts, body: FlagBody): boolean {
  listOf(body.variations);
  if (!TYPES.includes(body.type)) return false;
  // A kill and an off switch decide before anything else is looked at.
  if (body.killed || !body.on) return true;
  listOf(body.prerequisites);
  listOf(body.targets);
  const serves = [body.fallthrough, ...listOf(body.rules).map((rule) => rule.serve)];
  return serves.every(isServe) && areReadable(parts, body.rules);
}

function areReadable(parts: Parts, rules: readonly { readonly clauses: readonly Clause[] }[]): boolean {
  return listOf(rules)
    .flatMap((rule) => listOf(rule.clauses))
    .every((clause) => isClause(parts, clause));
}

function isServe(serve: ServeBody): boolean {
  return 'variation' in serve || 'split' in serve;
}

function isClause(parts: Parts, { operator, values, attribute }: Clause): boolean {
  if (operator === 'exists') return true;
  listOf(values);
  if (operator === 'in-segment') return true;
  if (!Object.hasOwn(parts.operators, operator)) return !parts.refusesUnknown;
  if (typeof attribute !== 'string') throw new TypeError('no attribute');
  return operator !== 'matches' || values.every((value) => typeof value !== 'string' || isPattern(value));
}

function isPattern(pattern: string): boolean {
  try {
    patternOf(pattern);
    return true;
  } catch {
    return false;
  }
}

function listOf<T>(list: readonly T[]): readonly T[] {
  if (!Array.isArray(list)) throw new TypeError('not a list');
  return list;
}
