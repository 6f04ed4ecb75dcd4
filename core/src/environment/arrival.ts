import { unsupported } from '../evaluate/fault.ts';
import { isOperator } from '../evaluate/operators.ts';
import { type FlagBody, type Item, type ItemId, SCHEMA } from '../model/items.ts';
import type { Clause } from '../model/model.ts';
import { Entry, NONE, type Reader, type Scanned } from './entry.ts';

const TYPES = ['boolean', 'string', 'number', 'json'];

/** Takes an item that arrived; keeps `before` where it cannot be read. */
export function arrived<I extends Item, C>(
  item: I,
  before: Entry<I, C> | undefined,
  reader: Reader<I, C>,
): Entry<I, C> {
  const entry = new Entry(item, reader);
  // Without one before, nobody needs to know yet whether it can be read.
  if (before === undefined || entry.state !== 'unreadable' || before.state === 'unreadable') return entry;
  return before.outdated();
}

/** What an item refers to, and whether it has regular expressions. Throws a `Fault` for what this code cannot read. */
export function scan(item: Item): Scanned {
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
