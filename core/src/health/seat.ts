import { type Arm, armPlaceIn, type SplitReason, splitBehind } from '../environment/arms.ts';
import type { Environment } from '../environment/environment.ts';
import { seedOf } from '../evaluate/bucket.ts';
import { type Place, placeOf, readAttribute, readContext } from '../evaluate/context.ts';
import { hash32 } from '../evaluate/murmur3.ts';
import { newVisit } from '../evaluate/visit.ts';
import type { ContextInput } from '../model/context.ts';
import type { SplitBody } from '../model/items.ts';

/** Groups that those who are measured fall into: enough for an honest variance, useless for telling who anybody is. */
export const SHARDS = 32;

/** Where somebody sits in a rollout that is measured. */
export interface Seat {
  readonly arm: Arm;
  readonly stage: number;
  /** Below `SHARDS`. */
  readonly shard: number;
}

/** Somebody who sits there, told from others within one process only. */
export interface Visitor extends Seat {
  readonly person: number;
}

const SHARD_BITS = Math.log2(SHARDS);
const SHARD_SEED = seedOf('glidepath/shard') | 0;

/**
 * Where the one sits who got this answer from the environment; null for whom no arm measures.
 * May throw what a getter of the context throws.
 */
export function seatOf(
  environment: Environment,
  flagKey: string,
  reason: SplitReason,
  context: ContextInput,
): Seat | null {
  const visitor = visitorOf(environment, flagKey, reason, context);
  return visitor && { arm: visitor.arm, stage: visitor.stage, shard: visitor.shard };
}

/** Who sits there; never leaves the process that asks. */
export function visitorOf(
  environment: Environment,
  flagKey: string,
  reason: SplitReason,
  context: ContextInput,
): Visitor | null {
  if (!reason.rollout) return null;
  const body = environment.flags.get(flagKey)?.item.body;
  const split = body && splitBehind(body, reason);
  const place = split && armPlaceIn(split, reason.rollout.bucket);
  if (!place) return null;
  const hash = hashOf(environment, context, split);
  return hash === null
    ? null
    : { arm: place.arm, stage: place.stage, shard: hash & (SHARDS - 1), person: hash >>> SHARD_BITS };
}

/** Where the bucketing value of a split is found; a split never changes. */
const places = new WeakMap<SplitBody, Place>();

function placeFor(split: SplitBody): Place {
  const known = places.get(split);
  if (known !== undefined) return known;
  const place = placeOf(split.by?.contextKind ?? 'user', split.by?.attribute ?? 'key');
  places.set(split, place);
  return place;
}

function hashOf(environment: Environment, context: ContextInput, split: SplitBody): number | null {
  const visit = newVisit(environment);
  readContext(context, visit);
  const value = readAttribute(visit, placeFor(split));
  if (typeof value !== 'string' && !Number.isInteger(value)) return null;
  return hash32(String(value), SHARD_SEED);
}
