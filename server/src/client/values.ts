import type { ContextInput, FlagItem, Resolution, ToldReason } from '@glidepath/core';
import type { Values } from '@glidepath/core/protocol';
import { toldReason } from '@glidepath/core/sdk';
import { narrowed } from '../served/context-kinds.ts';
import type { FlagSet } from '../served/flag-sets.ts';
import type { FlagOutcomes, Served } from './outcomes.ts';

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

/** A flag to look at, and what it serves; null where it is not for browsers any more. */
export interface Look {
  readonly key: string;
  readonly slot: number;
  readonly serves: { readonly item: FlagItem; readonly outcomes: FlagOutcomes } | null;
}

export interface Revaluation {
  readonly set: FlagSet;
  readonly tellsReasons: boolean;
  readonly context: ContextInput;
  /** All other flags are as they were told. */
  readonly looks: readonly Look[];
  /** How many slots there are. */
  readonly slots: number;
  readonly told: Told;
  readonly count: number;
}

/** What is told next to somebody who was told this. The array that is handed over is kept where it has room. */
export function valuesAfter(asking: Revaluation): Difference {
  const { set, context, looks, slots, told: before, count: counted } = asking;
  const asked = narrowed(context, set.kinds);
  const told = withRoom(before, slots);
  const put: string[] = [];
  const del: string[] = [];
  let count = counted;
  for (const { key, slot, serves } of looks) {
    const held = told[slot] ?? 0;
    const served = serves && servedBy(serves, asked, asking);
    const id = served?.id ?? 0;
    if (id === held) continue;
    told[slot] = id;
    if (served === null) del.push(key);
    else put.push(served.text);
    count += Number(id !== 0) - Number(held !== 0);
  }
  return { told, put, del, count };
}

function servedBy(
  { item, outcomes }: NonNullable<Look['serves']>,
  context: ContextInput,
  { set, tellsReasons }: Pick<Revaluation, 'set' | 'tellsReasons'>,
): Served | null {
  const resolution = set.evaluate(item.key, context);
  const reason = tellsReasons ? reasonFor(item, resolution, set) : null;
  return outcomes.servedOf(resolution, { reason, seat: set.seatOf(item.key, resolution, context) });
}

/** Of another flag a reason tells only where pages know of it. */
function reasonFor({ body }: FlagItem, { reason }: Resolution, set: FlagSet): ToldReason | null {
  const isTold = (flag: string) => set.flag(flag, 'client-side') !== null;
  return toldReason(reason, { hasRules: body.rules.length > 0, isTold });
}

function withRoom(told: Told, slots: number): Told {
  if (told.length >= slots) return told;
  const larger = new Uint32Array(slots);
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
