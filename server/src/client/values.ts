import type { ContextInput, FlagItem } from '@glidepath/core';
import type { Values } from '@glidepath/core/protocol';
import { narrowed } from '../served/context-kinds.ts';
import type { FlagSet } from '../served/flag-sets.ts';
import type { Outcomes } from './outcomes.ts';

/** What a browser was told: the number of each flag's outcome at its slot, 0 = it holds none. */
export type Told = Uint32Array;

/** Values that differ from what was told before. */
export interface Difference {
  readonly told: Told;
  /** JSON texts of `FlagValue`s. */
  readonly put: readonly string[];
  readonly del: readonly string[];
  /** Flags that the browser has afterwards. */
  readonly count: number;
}

export const NOTHING_TOLD: { readonly told: Told; readonly count: number } = { told: new Uint32Array(0), count: 0 };

/** All client-side flags for somebody to whom nothing was told. */
export function allValues(set: FlagSet, outcomes: Outcomes, context: ContextInput): Difference {
  const keys = set.flags('client-side').map(({ key }) => key);
  return valuesAfter({ ...NOTHING_TOLD, set, outcomes, context, keys });
}

export interface Revaluation {
  readonly set: FlagSet;
  readonly outcomes: Outcomes;
  readonly context: ContextInput;
  /** The flags to look at: all others are as they were told. */
  readonly keys: readonly string[];
  readonly told: Told;
  readonly count: number;
}

export function valuesAfter({ set, outcomes, context, keys, told: before, count: counted }: Revaluation): Difference {
  const asked = narrowed(context, set.kinds);
  const told = grown(before, keys, outcomes);
  const put: string[] = [];
  const del: string[] = [];
  let count = counted;
  for (const key of keys) {
    const slot = outcomes.slotOf(key);
    const held = told[slot] ?? 0;
    const served = servedNow(set.flag(key, 'client-side'), set, outcomes, asked);
    const id = served?.id ?? 0;
    if (id === held) continue;
    told[slot] = id;
    if (served === null) del.push(key);
    else put.push(served.text);
    count += Number(id !== 0) - Number(held !== 0);
  }
  return { told, put, del, count };
}

function servedNow(flag: FlagItem | null, set: FlagSet, outcomes: Outcomes, asked: ContextInput) {
  return flag === null ? null : outcomes.servedOf(flag, set.evaluate(flag.key, asked));
}

/** Room for the slots of these flags; the array that is handed over is kept where it has it. */
function grown(told: Told, keys: readonly string[], outcomes: Outcomes): Told {
  for (const key of keys) outcomes.slotOf(key);
  if (told.length >= outcomes.slots) return told;
  const larger = new Uint32Array(outcomes.slots);
  larger.set(told);
  return larger;
}

/** The members of `values` that come before and after the values themselves. */
export type Head = Pick<Values, 'epoch' | 'v' | 'full'>;

/** JSON of an answer or, with `head.t`, of a frame. */
export function textOfValues(
  head: Head & Readonly<Record<string, unknown>>,
  { put, del, count }: Pick<Difference, 'put' | 'del' | 'count'>,
): string {
  const start = JSON.stringify(head).slice(0, -1);
  return `${start},"put":[${put.join(',')}],"del":${JSON.stringify(del)},"count":${count}}`;
}
