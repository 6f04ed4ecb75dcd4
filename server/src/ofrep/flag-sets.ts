import type { ContextInput, Engines, Environment, Item, ItemId, Resolution } from '@glidepath/core';
import { dependantsOf, openEnvironment } from '@glidepath/core';
import type { Hub } from '../stream/hub.ts';
import type { Snapshot } from '../stream/snapshot.ts';
import { kindsIn } from './context-kinds.ts';
import { type Audience, FlagAnswers } from './fragments.ts';

/** One environment at one version, compiled, with the texts of its answers. */
export interface FlagSet {
  readonly snapshot: Snapshot;
  evaluate(key: string, context: ContextInput): Resolution;
  /** Null = no such flag, as far as this audience is told. */
  flag(key: string, audience: Audience): FlagAnswers | null;
  flags(audience: Audience): readonly FlagAnswers[];
  /** All kinds of context that anything in it asks for. */
  readonly kinds: ReadonlySet<string>;
  /** Whether answers may differ from those of an earlier set. */
  differsFrom(earlier: FlagSet, audience: Audience): boolean;
}

/** Environments as this process serves them: compiled when somebody asks first, followed from there, one set for each. */
export interface FlagSets {
  /** Null = nothing known of it. */
  current(environment: string): FlagSet | null;
  /** Keeps nothing of an environment that is not served any more. */
  forgetGone(environment: string): void;
}

interface Held {
  readonly set: FlagSet;
  readonly compiled: Environment;
  readonly answers: ReadonlyMap<string, FlagAnswers>;
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
      if (snapshot === null) return null;
      if (known?.set.snapshot === snapshot) return known.set;
      const next = heldOf(snapshot, known, engines);
      held.set(environment, next);
      return next.set;
    },
    forgetGone(environment) {
      if (hub.environment(environment) === null) held.delete(environment);
    },
  };
}

function heldOf(snapshot: Snapshot, before: Held | undefined, engines: Engines): Held {
  const isLater = before !== undefined && before.set.snapshot.epoch === snapshot.epoch;
  const compiled = isLater
    ? before.compiled.with(snapshot.items, changedBetween(before.set.snapshot, snapshot))
    : openEnvironment(snapshot.items.values(), engines);
  const answers = answersOf(snapshot, compiled, before?.answers);
  return { set: flagSet(snapshot, compiled, answers), compiled, answers };
}

/** What did not change keeps the texts that it has. */
function answersOf(snapshot: Snapshot, compiled: Environment, before: Held['answers'] | undefined): Held['answers'] {
  const answers = new Map<string, FlagAnswers>();
  for (const item of snapshot.items.values()) {
    if (item.kind !== 'flag') continue;
    // Where the newest definition cannot be read, the one before is evaluated.
    const read = compiled.flags.get(item.key)?.item ?? item;
    const known = before?.get(item.key);
    answers.set(item.key, known?.item === read ? known : new FlagAnswers(read));
  }
  return answers;
}

function flagSet(snapshot: Snapshot, compiled: Environment, answers: Held['answers']): FlagSet {
  const isClientSide = (key: string) => isForBrowsers(snapshot.items.get(`flag\t${key}`));
  const lists = {
    everything: [...answers.values()],
    'client-side': [...answers.values()].filter(({ key }) => isClientSide(key)),
  } satisfies Record<Audience, FlagAnswers[]>;
  return {
    snapshot,
    kinds: kindsIn(snapshot.items.values()),
    evaluate: (key, context) => compiled.evaluate<Resolution['value']>(key, context, null),
    flag: (key, audience) => (audience === 'everything' || isClientSide(key) ? (answers.get(key) ?? null) : null),
    flags: (audience) => lists[audience],
    differsFrom(earlier, audience) {
      const affected = dependantsOf(compiled, changedBetween(earlier.snapshot, snapshot));
      if (audience === 'everything') return affected.length > 0;
      return affected.some((key) => isClientSide(key) || earlier.flag(key, 'client-side') !== null);
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
