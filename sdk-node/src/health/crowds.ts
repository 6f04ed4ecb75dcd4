import type { Visitor } from '@glidepath/core/sdk';
import { Crowd } from './crowd.ts';

/** Who has been measured in the stages that are under way, within a bound. */
export interface Crowds {
  /** In memory, about. */
  readonly bytes: number;
  /** Whether somebody is seen for the first time in the stage of this flag; false for whom there is no room. */
  isFirst(flag: string, visitor: Visitor): boolean;
  /** Time goes by: a report has been taken. */
  age(): void;
}

interface Held {
  readonly stage: number;
  readonly crowd: Crowd;
  usedAt: number;
}

/** Requests of the stage before are still under way when the next one begins. */
const STAGES_PER_FLAG = 2;
/** Of what is not in typed arrays, about. */
const HELD_BYTES = 400;
/** Whoever was last asked for so many reports ago makes room for others. */
const IDLE_AGE = 360;

export function createCrowds(maxBytes: number): Crowds {
  const byFlag = new Map<string, Held[]>();
  let bytes = 0;
  let age = 0;

  const drop = (flag: string, held: Held): void => {
    const others = (byFlag.get(flag) ?? []).filter((one) => one !== held);
    if (others.length === 0) byFlag.delete(flag);
    else byFlag.set(flag, others);
    bytes -= held.crowd.bytes + HELD_BYTES;
  };

  const dropIdle = (): void => {
    for (const [flag, all] of byFlag) for (const held of all) if (age - held.usedAt >= IDLE_AGE) drop(flag, held);
  };

  const open = (flag: string, stage: number): Held | null => {
    const held = { stage, crowd: new Crowd(), usedAt: age };
    const needed = held.crowd.bytes + HELD_BYTES;
    if (bytes + needed > maxBytes) dropIdle();
    if (bytes + needed > maxBytes) return null;
    const [oldest] = byFlag.get(flag) ?? [];
    if (oldest !== undefined && byFlag.get(flag)?.length === STAGES_PER_FLAG) drop(flag, oldest);
    byFlag.set(flag, [...(byFlag.get(flag) ?? []), held]);
    bytes += needed;
    return held;
  };

  const find = (flag: string, stage: number): Held | null => {
    const all = byFlag.get(flag) ?? [];
    for (const held of all) if (held.stage === stage) return held;
    return null;
  };

  return {
    get bytes() {
      return bytes;
    },
    isFirst(flag, { stage, person }) {
      const held = find(flag, stage) ?? open(flag, stage);
      if (held === null) return false;
      held.usedAt = age;
      const before = held.crowd.bytes;
      const isFirst = held.crowd.isFirst(person, maxBytes - bytes);
      bytes += held.crowd.bytes - before;
      return isFirst;
    },
    age() {
      age += 1;
    },
  };
}
