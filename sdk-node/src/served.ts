import { drainCounts, quiet } from '@glidepath/core';
import type { EnvironmentState, ItemId } from '@glidepath/core/protocol';
import type { DataSource, Emitter, Readiness } from '@glidepath/core/sdk';
import { type Answers, type Layer, layered } from './answers.ts';
import type { Known } from './boot.ts';
import type { Counts } from './counts.ts';
import type { Serving } from './host.ts';
import type { Platform } from './platform.ts';
import type { Ruleset } from './ruleset.ts';
import type { Vitals } from './vitals.ts';

/** What a client answers from now, and who hears when that changes. */
export interface Served {
  readonly serving: Serving | null;
  /** What `variation` asks: kept apart, because nothing may stand between a call and its answer. */
  readonly current: { readonly answers: Answers | null };
  /** What the service has sent; `changed` names what differs from what it sent before. */
  swap(state: EnvironmentState, changed: readonly ItemId[], source: DataSource): void;
  /** What is there before the service was heard; `isHeard`: by then, somebody may listen. */
  swapKnown(known: Known, isHeard: boolean): void;
  /** Puts the layers between callers and answers anew. */
  relayer(): void;
  /** Other answers than before may be given for these keys. */
  tellChanged(keys: readonly string[], source: DataSource): void;
  /** Adds to the counts what flags have counted themselves since the last time. */
  collect(): void;
  /** Nothing is answered any more. */
  end(): void;
}

export function createServed(parts: {
  readonly platform: Pick<Platform, 'monotonic' | 'now'>;
  readonly ruleset: Ruleset;
  readonly counts: Counts | null;
  readonly emitter: Emitter;
  readonly readiness: Readiness;
  readonly vitals: Vitals;
  /** From the one closest to the environment. `outer` are for answers that are given to somebody and counted. */
  readonly layers: { readonly inner: readonly Layer[]; readonly outer: readonly Layer[] };
  /** Answers while there is nothing; null: the fallback, without asking anybody. */
  readonly idle: Answers | null;
}): Served {
  const { platform, ruleset, counts, emitter, readiness, vitals, layers, idle } = parts;
  const bornAt = platform.monotonic();
  const current = { answers: idle };
  let serving: Serving | null = null;
  /** Items that no service has sent: those that it does not have will be gone, though it cannot say so. */
  let provisional: readonly ItemId[] = [];

  const serve = ({ environment, ...about }: Omit<Serving, 'answers' | 'quiet'>): void => {
    const answers = layered(environment, [...layers.inner, ...layers.outer]);
    serving = { ...about, environment, answers, quiet: layered(quiet(environment), layers.inner) };
    current.answers = answers;
  };

  const collect = (): void => {
    if (counts && ruleset.environment) drainCounts(ruleset.environment, counts.evaluated);
  };

  const tell = (keys: readonly string[], fromVersion: number | null, source: DataSource): void => {
    if (keys.length === 0) return;
    const toVersion = vitals.life.environmentVersion ?? 0;
    emitter.emit('change', { keys, fromVersion, toVersion, source });
    for (const key of keys) emitter.emit(`change:${key}`, { key, fromVersion, toVersion });
  };

  const put = (
    state: EnvironmentState,
    changed: readonly ItemId[],
    source: DataSource,
    version: number | null,
    isHeard = true,
  ): void => {
    const { environmentVersion: fromVersion, source: sourceBefore, mode } = vitals.life;
    // What changes takes its counts with it.
    collect();
    const affected = ruleset.swap(
      state,
      provisional.length === 0 ? changed : [...new Set([...changed, ...provisional])],
    );
    provisional = [];
    const { environment } = ruleset;
    if (mode !== 'closed' && environment !== null) serve({ environment, epoch: state.epoch, version });
    vitals.live({ source, environmentVersion: version, lastUpdateAt: platform.now() });
    readiness.arrived(source);
    const elapsedMs = platform.monotonic() - bornAt;
    // Later, so that a listener added right after `createClient` hears of a bootstrap too.
    if (sourceBefore === 'none') queueMicrotask(() => emitter.emit('ready', { status: 'ready', source, elapsedMs }));
    if (isHeard) tell(affected(), fromVersion, source);
  };

  let known: Known | null = null;

  return {
    get serving() {
      return serving;
    },
    current,
    swap: (state, changed, source) => put(state, changed, source, state.version),
    swapKnown(next, isHeard) {
      const ids = next.state.items.keys();
      const changed = isHeard ? [...new Set([...(known?.state.items.keys() ?? []), ...ids])] : [];
      known = next;
      put(next.state, changed, next.source, next.isBasis ? next.state.version : null, isHeard);
      // Of a basis, the service says itself what differs.
      provisional = next.isBasis ? [] : [...next.state.items.keys()];
    },
    relayer() {
      if (serving !== null) serve(serving);
    },
    tellChanged(keys, source) {
      if (serving !== null) tell(keys, vitals.life.environmentVersion, source);
    },
    collect,
    end() {
      collect();
      serving = null;
      current.answers = null;
    },
  };
}
