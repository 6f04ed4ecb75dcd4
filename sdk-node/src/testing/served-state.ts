import type { FlagItem } from '@glidepath/core';
import {
  type Basis,
  d8Of,
  digestOf,
  encode,
  type FlagValue,
  type Hash,
  splitChange,
  splitItems,
  type Values,
  type ValuesFrame,
} from '@glidepath/core/protocol';
import { constantItem } from '@glidepath/core/sdk';

export const HEARTBEAT_MS = 25_000;
const LIMITS = { frame: 262_144, items: 20_000, bytes: 16_777_216 };

/** What a service for tests serves, at one version. */
export interface ServedState {
  readonly epoch: string;
  readonly version: number;
  readonly digest: string;
  readonly items: readonly FlagItem[];
}

/** What follows a change: the frames for servers, and for browsers. */
export interface ServedChange {
  readonly state: ServedState;
  readonly frames: readonly string[];
  readonly values: readonly FlagValue[];
}

export function servedState(epoch: string, flags: Readonly<Record<string, unknown>>, hash: Hash): ServedState {
  const items = Object.entries(flags).map(([key, value]) => constantItem(key, value, 1, true));
  return { epoch, version: 1, digest: digestOf(items, hash), items };
}

export function withFlag(state: ServedState, key: string, value: unknown, hash: Hash): ServedChange {
  const version = state.version + 1;
  const item = constantItem(key, value, version, true);
  const items = [...state.items.filter((other) => other.key !== key), item];
  const digest = digestOf(items, hash);
  const frames = splitChange({ from: state.version, to: version, digest, ops: [{ op: 'put', ...item }] });
  return { state: { ...state, version, digest, items }, frames, values: [flagValueOf(item)] };
}

/** The frames that answer a `hello`. */
export function greeting(state: ServedState, basis: Basis | null): readonly string[] {
  const { epoch, version, digest } = state;
  const isCurrent = basis?.epoch === epoch && basis.version === version && basis.digest === digest;
  const welcome = encode({
    t: 'welcome',
    conn: 'test',
    epoch,
    head: version,
    digest,
    intent: isCurrent ? 'none' : 'full',
    reason: isCurrent ? 'current' : 'cold',
    rebase: false,
    hb: HEARTBEAT_MS,
    schema: 1,
    limits: LIMITS,
    overrides: true,
  });
  return isCurrent ? [welcome] : [welcome, ...transfer(state)];
}

/** The frames that carry everything. */
export function transfer({ epoch, version, digest, items }: ServedState): readonly string[] {
  const texts = splitItems(items);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  return [
    encode({ t: 'begin', epoch, v: version, items: items.length, bytes }),
    ...texts,
    encode({ t: 'commit', v: version, digest, ...(items.length === 0 && { empty: true as const }) }),
  ];
}

export function heartbeat({ version, digest }: ServedState): string {
  return encode({ t: 'hb', v: version, d8: d8Of(digest) });
}

export function etagOf({ epoch, version, digest }: ServedState): string {
  return `"${epoch}.${version}.${digest.slice(0, 8)}"`;
}

export function browserWelcome({ epoch, version }: ServedState): ValuesFrame {
  return { t: 'welcome', conn: 'test', epoch, head: version, hb: HEARTBEAT_MS, overrides: true };
}

/** All values, which are the same for every context; or only these. */
export function valuesOf(state: ServedState, only?: readonly FlagValue[]): Omit<Values, 't' | 'n'> {
  const { epoch, version, items } = state;
  const put = only ?? items.map(flagValueOf);
  return { epoch, v: version, full: only === undefined, put, del: [], count: items.length };
}

function flagValueOf({ key, rev, body }: FlagItem): FlagValue {
  const [variation = { key: '', value: null }] = body.variations;
  return { key, value: variation.value, variation: variation.key, rev };
}
