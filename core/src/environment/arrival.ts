import { Fault, unsupported } from '../evaluate/fault.ts';
import { isOperator } from '../evaluate/operators.ts';
import { type FlagBody, type Item, type ItemId, SCHEMA } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { Entry, raise } from './entry.ts';

/** Shared, as most items refer to nothing. */
const NONE: readonly never[] = [];
const TYPES = ['boolean', 'string', 'number', 'json'];

/** Reads an item that arrived; keeps `before` where it cannot be read. */
export function arrived<I extends Item, C>(item: I, before: Entry<I, C> | undefined, compile: () => C): Entry<I, C> {
  try {
    const { references, hasPatterns } = scan(item);
    const entry = new Entry(item, references, compile);
    // Patterns show only when they are compiled whether this engine can read them.
    if (hasPatterns) entry.compiled();
    return entry;
  } catch (error) {
    if (before !== undefined && before.state !== 'unreadable') return before.outdated();
    const isTold = error instanceof Fault && error.errorKind === 'UNSUPPORTED';
    const fault = isTold ? error : unsupported('its definition cannot be read');
    return new Entry(item, NONE, () => raise(fault), 'unreadable');
  }
}

interface Scanned {
  readonly references: readonly ItemId[];
  readonly hasPatterns: boolean;
}

/** What an item refers to, and whether it has regular expressions. Throws a `Fault` for what this code cannot read. */
function scan(item: Item): Scanned {
  const { schema } = item.body;
  if (!(schema >= 1 && schema <= SCHEMA)) throw unsupported(`the schema ${schema} is unknown`);
  return item.kind === 'flag' ? scanFlag(item.body) : scanRules([], item.body.rules);
}

function scanFlag({ type, killed, on, prerequisites, rules, fallthrough }: FlagBody): Scanned {
  if (!TYPES.includes(type)) throw unsupported(`the type '${type}' is unknown`);
  // A kill and an off switch hold, whatever rules a newer server put behind them.
  if (killed || !on) return { references: NONE, hasPatterns: false };
  for (const serve of [fallthrough, ...rules.map((rule) => rule.serve)])
    if (!('variation' in serve || 'split' in serve)) throw unsupported('it serves in an unknown way');
  return scanRules(
    prerequisites.map(({ flag }): ItemId => `flag\t${flag}`),
    rules,
  );
}

function scanRules(flags: readonly ItemId[], rules: readonly { readonly clauses: readonly Clause[] }[]): Scanned {
  const references = [...flags];
  let hasPatterns = false;
  for (const { operator, values } of rules.flatMap(({ clauses }) => clauses)) {
    if (!isOperator(operator)) throw unsupported(`the operator '${operator}' is unknown`);
    if (!Array.isArray(values)) throw unsupported(`the values of '${operator}' are no list`);
    if (operator === 'in-segment') references.push(...values.map((key): ItemId => `segment\t${key}`));
    if (operator === 'matches') hasPatterns = true;
  }
  return { references: references.length === 0 ? NONE : references, hasPatterns };
}
