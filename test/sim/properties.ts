import type { Item } from '@glidepath/core';
import type { Basis, EnvironmentState, ItemId, ServerFrame } from '@glidepath/core/protocol';
import type { Greeting, Snapshot } from '@glidepath/server/stream';
import type { Storage } from './storage.ts';

type Property = 'ordered' | 'unique' | 'atomic' | 'reliable' | 'resumable' | 'bookmarked' | 'converged';

export interface Violation {
  readonly property: Property;
  readonly detail: string;
}

/** What histories have to reach to be worth anything. */
export type Sight = 'acknowledged' | 'deltas' | 'fulls' | 'rebases' | 'multiFrame' | 'merged' | 'polls';

/** Watches a history, and notes where it breaks what the stream promises. */
export interface Properties {
  readonly violations: readonly Violation[];
  readonly seen: Record<Sight, number>;
  /** Resumable: whoever has a kept basis goes on from there; whoever has not gets everything. */
  answered(basis: Basis | null, snapshot: Snapshot, greeting: Extract<Greeting, { kind: 'answer' }>): void;
  /** Reliable: what is sent can be applied. */
  refused(version: number, code: string): void;
  acknowledged(): void;
  /** One per SDK. */
  watch(name: string): ClientWatch;
  note(property: Property, detail: string): void;
}

export interface ClientWatch {
  applied(state: EnvironmentState, source: 'stream' | 'poll'): void;
  /** The SDK said on a new socket what it holds. */
  opened(socket: number): void;
  /** A frame of that socket was handled; `state` is what the SDK has now. */
  framed(frame: ServerFrame, state: EnvironmentState | null): void;
  polled(mayGoBack: boolean): void;
  /** The SDK's process begins anew with this. */
  restarted(state: EnvironmentState | null): void;
}

export function watchProperties(storage: Storage): Properties {
  const violations: Violation[] = [];
  const seen = { acknowledged: 0, deltas: 0, fulls: 0, rebases: 0, multiFrame: 0, merged: 0, polls: 0 };
  const note = (property: Property, detail: string) => violations.push({ property, detail });

  return {
    violations,
    seen,
    note,
    answered(basis, snapshot, { intent, reason, rebase }) {
      const oldest = snapshot.ring.entries[0]?.change.version ?? snapshot.version + 1;
      const isKept =
        basis?.epoch === snapshot.epoch && basis.version >= oldest - 1 && basis.version <= snapshot.version;
      const isRight = basis?.version !== snapshot.version || basis.digest === snapshot.digest;
      const told = `basis ${basis?.epoch}.${basis?.version}, head ${snapshot.epoch}.${snapshot.version}, oldest ${oldest}: ${intent} (${reason})`;
      if (!isKept && basis?.version !== snapshot.version && intent !== 'full') note('resumable', told);
      if (isKept && isRight && intent === 'full' && reason !== 'large') note('resumable', told);
      const isAhead = basis?.epoch === snapshot.epoch && basis.version > snapshot.version;
      if (rebase !== isAhead) note('resumable', `${told}, rebase ${rebase}`);
      if (rebase) seen.rebases += 1;
      if (intent === 'delta') seen.deltas += 1;
      if (intent === 'full') seen.fulls += 1;
    },
    refused: (version, code) => note('reliable', `version ${version} was refused: ${code}`),
    acknowledged: () => {
      seen.acknowledged += 1;
    },
    watch(name) {
      let state: EnvironmentState | null = null;
      let mayGoBack = false;
      let socket = 0;
      let handed: number | null = null;
      // A poll may take the SDK past what its socket still brings.
      let hasPolled = false;
      let taken = new Set<string>();
      return {
        restarted(known) {
          state = known;
          taken = new Set();
          mayGoBack = false;
        },
        polled(mayRebase) {
          seen.polls += 1;
          hasPolled = true;
          mayGoBack ||= mayRebase;
        },
        applied(next, source) {
          const place = `${name} ${state?.epoch}.${state?.version} → ${next.epoch}.${next.version} by ${source}`;
          const isSameHistory = state?.epoch === next.epoch;
          if (isSameHistory && state && next.version < state.version && !mayGoBack) note('ordered', place);
          const id = `${socket}/${next.epoch}.${next.version}`;
          if (isSameHistory && state?.version === next.version && taken.has(id)) note('unique', place);
          taken.add(id);
          if (!areSame(storage.committed(next.epoch, next.version), next.items)) note('atomic', place);
          state = next;
          mayGoBack = false;
        },
        opened(of) {
          socket = of;
          handed = null;
          hasPolled = false;
        },
        framed(frame, now) {
          if (frame.t === 'welcome' && frame.rebase) mayGoBack = true;
          if (frame.t === 'begin' && frame.rebase) mayGoBack = true;
          if (frame.t === 'change' && frame.frames) seen.multiFrame += 1;
          if (frame.t === 'change' && frame.to > frame.from + 1) seen.merged += 1;
          if (hasPolled) return;
          for (const violation of broken(name, frame, handed, now)) violations.push(violation);
          if (frame.t === 'change') handed = frame.to;
          if (frame.t === 'commit') handed = frame.v;
        },
      };
    },
  };
}

/** What a frame breaks on a socket that has handed over everything up to the version `handed`. */
function broken(
  name: string,
  frame: ServerFrame,
  handed: number | null,
  now: EnvironmentState | null,
): readonly Violation[] {
  const at = now?.version;
  switch (frame.t) {
    case 'change': {
      const told = `${name} is at ${at} after ${frame.from}–${frame.to}, which followed ${handed}`;
      const isRepeated = handed !== null && frame.from < handed;
      const isApplied = frame.frames !== undefined || (at !== undefined && at >= frame.to);
      const hasGap = handed !== null && frame.from > handed;
      return [
        ...(isRepeated ? [{ property: 'unique', detail: told } as const] : []),
        ...(hasGap || !isApplied ? [{ property: 'reliable', detail: told } as const] : []),
      ];
    }
    case 'commit':
      return at === frame.v
        ? []
        : [{ property: 'reliable', detail: `${name} is at ${at} after a transfer of ${frame.v}` }];
    case 'hb':
      if (handed === null || at === frame.v) return [];
      return [{ property: 'bookmarked', detail: `${name} is at ${at}, its bookmark at ${frame.v}` }];
    default:
      return [];
  }
}

/** Deep equality of items, byte by byte. */
export function areSame(a: ReadonlyMap<ItemId, Item> | undefined, b: ReadonlyMap<ItemId, Item> | undefined): boolean {
  if (a?.size !== b?.size) return false;
  return [...(a ?? [])].every(([id, item]) => JSON.stringify(item) === JSON.stringify(b?.get(id)));
}
