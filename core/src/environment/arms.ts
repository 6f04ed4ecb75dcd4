import type { Outcome } from '../evaluate/outcome.ts';
import type { FlagBody, FlagItem, ServeBody, SplitBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { ArmRange, ArmsBody } from '../model/model.ts';
import type { RolloutInfo } from '../model/resolution.ts';

/** Treatment or control. */
export type Arm = 't' | 'c';

/** Where an evaluation stands in a rollout that is measured. */
export interface ArmPlace {
  readonly arm: Arm;
  readonly stage: number;
}

/**
 * The same flag with the ranges of its splits cut where arms begin and end: each piece gets an outcome of its own, so
 * that counting by arm costs an evaluation nothing.
 */
export function cutAtArms(item: FlagItem): FlagItem {
  const { body } = item;
  // A kill and an off switch hold, whatever is behind them.
  if (body.killed || !body.on) return item;
  if (![body.fallthrough, ...body.rules.map(({ serve }) => serve)].some(hasArms)) return item;
  const rules = body.rules.map((rule) => ({ ...rule, serve: cut(rule.serve) }));
  return { ...item, body: { ...body, rules, fallthrough: cut(body.fallthrough) } };
}

/** What a reason says of a split, whoever gives it. */
export interface SplitReason {
  readonly kind: string;
  readonly ruleIndex?: number;
  readonly rollout?: RolloutInfo | null;
}

/** The split that this answer came from; null when none did. */
export function splitBehind({ rules, fallthrough }: FlagBody, reason: SplitReason): SplitBody | null {
  if (reason.kind === 'FALLTHROUGH') return splitIn(fallthrough);
  return reason.kind === 'RULE_MATCH' ? splitIn(rules[reason.ruleIndex ?? -1]?.serve) : null;
}

/** Where a bucket of the split stands; null outside of its arms. */
export function armPlaceIn(split: SplitBody, bucket: number): ArmPlace | null {
  const arms = armsOf(split);
  if (arms === null) return null;
  const { stage, t, c } = arms;
  if (isWithin(t, bucket)) return { arm: 't', stage };
  return isWithin(c, bucket) ? { arm: 'c', stage } : null;
}

/** Where what was served stands; `outcomes` are all that the flag, cut at its arms, can serve. */
export function armPlaceOf(body: FlagBody, outcomes: readonly Outcome[], outcome: Outcome): ArmPlace | null {
  if (outcome.by === null) return null;
  const split = splitBehind(body, outcome.reason);
  const arms = split && armsOf(split);
  if (!arms) return null;
  const pieces = outcomes.filter(({ reason, by }) => reason === outcome.reason && by !== null);
  const [to = 0] = cutRanges(split, arms)[pieces.indexOf(outcome)] ?? [];
  return armPlaceIn(split, to - 1);
}

function hasArms(serve: ServeBody): boolean {
  const split = splitIn(serve);
  return split !== null && armsOf(split) !== null;
}

function splitIn(serve: ServeBody | undefined): SplitBody | null {
  return serve !== undefined && 'split' in serve ? serve.split : null;
}

function cut(serve: ServeBody): ServeBody {
  const split = splitIn(serve);
  const arms = split && armsOf(split);
  return arms ? { split: { ...split, ranges: cutRanges(split, arms) } } : serve;
}

function cutRanges({ ranges }: SplitBody, { t, c }: ArmsBody): SplitBody['ranges'] {
  const bounds = [...new Set([...t, ...c].flat())].sort((a, b) => a - b);
  let from = 0;
  return ranges.flatMap(([to, variation]) => {
    const ends = [...bounds.filter((bound) => bound > from && bound < to), to];
    from = to;
    return ends.map((end) => [end, variation] as const);
  });
}

/** A split never changes, and every call that is measured asks. */
const known = new WeakMap<SplitBody, { readonly arms: ArmsBody | null }>();

function armsOf(split: SplitBody): ArmsBody | null {
  if (split.arms === undefined) return null;
  const before = known.get(split);
  if (before !== undefined) return before.arms;
  const arms = readArms(split);
  known.set(split, { arms });
  return arms;
}

/** Null as well for arms that cannot be read: they never keep a flag from being evaluated. */
function readArms({ arms }: SplitBody): ArmsBody | null {
  if (typeof arms !== 'object' || arms === null || !Number.isInteger(arms.stage)) return null;
  return areRanges(arms.t) && areRanges(arms.c) ? arms : null;
}

function areRanges(ranges: readonly ArmRange[]): boolean {
  return Array.isArray(ranges) && ranges.every((range) => Array.isArray(range) && range.every(isBound));
}

function isBound(bound: unknown): boolean {
  return Number.isInteger(bound) && (bound as number) >= 0 && (bound as number) <= BUCKETS;
}

function isWithin(ranges: readonly ArmRange[], bucket: number): boolean {
  for (let i = 0; i < ranges.length; i += 1) {
    const range = ranges[i] as ArmRange;
    if (bucket >= range[0] && bucket < range[1]) return true;
  }
  return false;
}
