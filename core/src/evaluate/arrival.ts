import type { FlagItem, Item, ItemId, SegmentItem } from '../model/items.ts';
import { SCHEMA } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { compileFlag, compileSegment, VALUE_TYPES } from './compile.ts';
import { Fault } from './fault.ts';
import { type Engines, operatorOf } from './operators.ts';
import { type CompiledFlag, Entry, type FlagEntry, NONE, raise, type SegmentEntry, type Test } from './visit.ts';

/** Reads a flag that arrived; keeps `before` where it cannot be read. */
export function arrivedFlag(item: FlagItem, before: FlagEntry | undefined, engines: Engines): FlagEntry {
  return arrived<FlagItem, CompiledFlag>(item, before, flagReferences, () => compileFlag(item, engines));
}

/** Reads a segment that arrived; keeps `before` where it cannot be read. */
export function arrivedSegment(item: SegmentItem, before: SegmentEntry | undefined, engines: Engines): SegmentEntry {
  return arrived<SegmentItem, Test>(item, before, segmentReferences, () => compileSegment(item.body, engines));
}

function arrived<I extends Item, C>(
  item: I,
  before: Entry<I, C> | undefined,
  referencesOf: (item: I) => References,
  compile: () => C,
): Entry<I, C> {
  try {
    const { items, hasPatterns } = referencesOf(item);
    const entry = new Entry(item, items, compile);
    // Patterns show only when they are compiled whether this engine can read them.
    if (hasPatterns) entry.compiled();
    return entry;
  } catch (error) {
    if (before !== undefined && before.state !== 'unreadable') return before.outdated();
    const fault = unsupported(error);
    return new Entry(item, NONE, () => raise(fault), 'unreadable');
  }
}

interface References {
  readonly items: readonly ItemId[];
  readonly hasPatterns: boolean;
}

function flagReferences({ body }: FlagItem): References {
  checkSchema(body.schema);
  if (!Object.hasOwn(VALUE_TYPES, body.type)) throw new Fault('UNSUPPORTED', `the type '${body.type}' is unknown`);
  for (const serve of [body.fallthrough, ...body.rules.map((rule) => rule.serve)])
    if (!('variation' in serve || 'split' in serve)) throw new Fault('UNSUPPORTED', 'it serves in an unknown way');
  const flags = body.prerequisites.map(({ flag }): ItemId => `flag\t${flag}`);
  return withClauses(flags, body.rules);
}

function segmentReferences({ body }: SegmentItem): References {
  checkSchema(body.schema);
  return withClauses([], body.rules);
}

function withClauses(flags: readonly ItemId[], rules: readonly { readonly clauses: readonly Clause[] }[]): References {
  const items = [...flags];
  let hasPatterns = false;
  for (const { clauses } of rules)
    for (const { operator, values } of clauses) {
      const definition = operatorOf(operator);
      if (definition === undefined) throw new Fault('UNSUPPORTED', `the operator '${operator}' is unknown`);
      if (definition.on === 'segments') items.push(...values.map((key): ItemId => `segment\t${key}`));
      if (operator === 'matches') hasPatterns = true;
    }
  return { items: items.length === 0 ? NONE : items, hasPatterns };
}

function checkSchema(schema: number): void {
  if (!(schema >= 1 && schema <= SCHEMA)) throw new Fault('UNSUPPORTED', `the schema ${schema} is unknown`);
}

function unsupported(error: unknown): Fault {
  const isTold = error instanceof Fault && error.errorKind === 'UNSUPPORTED';
  return isTold ? error : new Fault('UNSUPPORTED', 'its definition cannot be read');
}
