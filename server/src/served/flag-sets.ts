import type { ContextInput, Engines, Environment, FlagItem, Item, ItemId, Resolution } from '@glidepath/core';
import { dependantsOf, openEnvironment } from '@glidepath/core';
import { type Seat, seatOf } from '@glidepath/core/sdk';
import type { SdkKey } from '../auth/principal.ts';
import { RefusedError } from '../errors.ts';
import type { Hub } from '../stream/hub.ts';
import type { Snapshot } from '../stream/snapshot.ts';
import { kindsIn } from './context-kinds.ts';

/** Which flags somebody may know of: who is told of all of them may know their rules too. */
export type Audience = 'everything' | 'client-side';

/** One environment at one version, compiled. Flags are given by the definition that is evaluated. */
export interface FlagSet {
  readonly snapshot: Snapshot;
  evaluate(key: string, context: ContextInput): Resolution;
  /** Where whoever got this answer sits in a rollout that is measured; null where nobody measures. */
  seatOf(key: string, resolution: Resolution, context: ContextInput): Seat | null;
  /** Null = no such flag, as far as this audience is told. */
  flag(key: string, audience: Audience): FlagItem | null;
  flags(audience: Audience): readonly FlagItem[];
  /** All kinds of context that anything in it asks for. */
  readonly kinds: ReadonlySet<string>;
  /** Keys of the flags whose answers may differ from those of an earlier set, as far as this audience knew or knows them. */
  affectedSince(earlier: FlagSet, audience: Audience): readonly string[];
}

/** Environments as this process serves them: compiled when somebody asks first, followed from there, one set for each. */
export interface FlagSets {
  /** Null = nothing known of it. */
  current(environment: string): FlagSet | null;
}

interface Held {
  readonly set: FlagSet;
  readonly compiled: Environment;
}

export function createFlagSets({
  hub,
  engines,
}: {
  readonly hub: Pick<Hub, 'environment'>;
  readonly engines: Engines;
}): FlagSets {
  const held = new Map<string, Held>();
  return {
    current(environment) {
      const snapshot = hub.environment(environment);
      const known = held.get(environment);
      if (snapshot === null) {
        held.delete(environment);
        return null;
      }
      if (known?.set.snapshot === snapshot) return known.set;
      const next = heldOf(snapshot, known, engines);
      held.set(environment, next);
      return next.set;
    },
  };
}

function heldOf(snapshot: Snapshot, before: Held | undefined, engines: Engines): Held {
  const isLater = before !== undefined && before.set.snapshot.epoch === snapshot.epoch;
  const compiled = isLater
    ? before.compiled.with(snapshot.items, changedBetween(before.set.snapshot, snapshot))
    : openEnvironment(snapshot.items.values(), engines);
  return { set: flagSet(snapshot, compiled), compiled };
}

function flagSet(snapshot: Snapshot, compiled: Environment): FlagSet {
  const isClientSide = (key: string) => isForBrowsers(snapshot.items.get(`flag\t${key}`));
  // Where the newest definition cannot be read, the one before is evaluated.
  const everything = Array.from(compiled.flags.values(), ({ item }) => item);
  const lists = { everything, 'client-side': everything.filter(({ key }) => isClientSide(key)) };
  const isTold = (key: string, audience: Audience) => audience === 'everything' || isClientSide(key);
  return {
    snapshot,
    kinds: kindsIn(snapshot.items.values()),
    evaluate: (key, context) => compiled.evaluate<Resolution['value']>(key, context, null),
    seatOf: (key, { reason }, context) => seatOf(compiled, key, reason, context),
    flag: (key, audience) => (isTold(key, audience) ? (compiled.flags.get(key)?.item ?? null) : null),
    flags: (audience) => lists[audience],
    affectedSince(earlier, audience) {
      const affected = dependantsOf(compiled, changedBetween(earlier.snapshot, snapshot));
      return affected.filter((key) => isTold(key, audience) || earlier.flag(key, audience) !== null);
    },
  };
}

function isForBrowsers(item: Item | undefined): boolean {
  return item?.kind === 'flag' && item.body.clientSide === true;
}

/** Items that are other ones, or only in one of the two. The same item may be another object after a reload. */
function changedBetween(before: Snapshot, after: Snapshot): readonly ItemId[] {
  const isSame = before.epoch === after.epoch;
  const altered = [...after.items].filter(([id, item]) => !(isSame && before.items.get(id)?.rev === item.rev));
  const gone = [...before.items.keys()].filter((id) => !after.items.has(id));
  return [...altered.map(([id]) => id), ...gone];
}

/** From memory; an environment that was made just now may have to be read first. */
export async function currentSet(
  { flagSets, hub }: { readonly flagSets: FlagSets; readonly hub: Pick<Hub, 'readPrimary'> },
  { environment }: Pick<SdkKey, 'environment'>,
): Promise<FlagSet> {
  const known = flagSets.current(environment);
  if (known !== null) return known;
  const read = (await hub.readPrimary()) ? flagSets.current(environment) : null;
  if (read === null) throw new RefusedError(UNREACHABLE);
  return read;
}

const UNREACHABLE = {
  code: 'unavailable',
  detail: 'This environment cannot be read now. Keep what you have and try again.',
  retryAfter: 5,
} as const;
