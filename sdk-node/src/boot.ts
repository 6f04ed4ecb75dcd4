import { decodePayload, type EnvironmentState } from '@glidepath/core/protocol';
import { type DataSource, type Log, thrownWords } from '@glidepath/core/sdk';
import { stateOfValues } from './bootstrap-values.ts';
import { type CacheKey, cacheKeyOf, cacheTextOf, readCacheBytes } from './cache-file.ts';
import type { Disk } from './disk.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { payloadOf } from './payload.ts';
import type { Platform } from './platform.ts';
import type { ClientOptions, RulesetStore } from './types.ts';

/** So long a store may take before the service is asked without it. */
const LOAD_MS = 2_000;

/** What a client has before the service was heard. */
export interface Known {
  readonly state: EnvironmentState;
  readonly source: Extract<DataSource, 'cache' | 'bootstrap'>;
  /** Whether a service knows this history; plain values are of none. */
  readonly isBasis: boolean;
}

/** What is kept between the lives of a process, under one SDK key. */
export interface Memory {
  /** In the same tick: the cache file, else the bootstrap. */
  readNow(): Known | null;
  /** Once, from the store; null where there is none, or it brings nothing in time that is newer. */
  load(known: Known | null): Promise<Known | null>;
  /** Saves behind what the service has sent. */
  changed(state: EnvironmentState): void;
  close(timeoutMs: number): Promise<void>;
}

export interface MemoryParts {
  readonly platform: Platform;
  readonly options: ClientOptions;
  readonly log: Log;
  /** Null where there is no key: no cache file is read without one. */
  readonly sdkKey: string | null;
  readonly isOffline: boolean;
}

export function createMemory(parts: MemoryParts): Memory {
  const { platform, options, log, isOffline } = parts;
  const cache = cacheOf(parts);
  const store = isOffline ? null : (options.store ?? null);
  const keepers: Keeper[] = [];
  if (cache !== null && !isOffline)
    keepers.push(
      createKeeper(platform, cache.write, (error) => log('warn', 'GP1108', `not written: ${thrownWords(error)}`)),
    );
  if (store !== null)
    keepers.push(
      createKeeper(
        platform,
        async (state) => store.save(payloadOf(state, state.items.values())),
        (error) => log('warn', 'GP1109', `the store could not save: ${thrownWords(error)}`),
      ),
    );

  return {
    readNow: () => cache?.read() ?? bootstrapOf(options.bootstrap, platform, log),
    load: async (known) => (store === null ? null : newerOf(await loaded(store, platform, log), known)),
    changed(state) {
      for (const keeper of keepers) keeper.changed(state);
    },
    async close(timeoutMs) {
      await Promise.all(keepers.map((keeper) => keeper.close(timeoutMs)));
    },
  };
}

interface Cache {
  read(): Known | null;
  write(state: EnvironmentState): Promise<void>;
}

function cacheOf({ platform, options: { cacheFile: file }, log, sdkKey }: MemoryParts): Cache | null {
  const { disk } = platform;
  if (file === undefined || disk === null) return null;
  if (sdkKey === null) {
    log('warn', 'GP1108', 'the cache file was ignored: without an SDK key nobody knows of which environment it is');
    return null;
  }
  const key = cacheKeyOf(sdkKey, disk);
  return {
    read: () => readCache(file, key, disk, log),
    write: (state) => disk.write(file, cacheTextOf(state, platform.now(), key)),
  };
}

function readCache(file: string, key: CacheKey, disk: Disk, log: Log): Known | null {
  const found = disk.read(file);
  if (found.kind === 'none') return null;
  const reading =
    found.kind === 'fault' ? ({ kind: 'foreign', problem: found.problem } as const) : readCacheBytes(found.bytes, key);
  if (reading.kind === 'ok') return { state: reading.state, source: 'cache', isBasis: true };
  if (reading.kind === 'broken') disk.setAside(file);
  log('warn', 'GP1108', `the cache file was ignored: ${reading.problem}`);
  return null;
}

/** Whatever the caller gives, the service is asked afterwards. */
function bootstrapOf(given: ClientOptions['bootstrap'], { hash }: Platform, log: Log): Known | null {
  try {
    if (given && 'values' in given && given.values)
      return { state: stateOfValues(given.values), source: 'bootstrap', isBasis: false };
    if (!given || !('ruleset' in given)) return null;
    const state = stateOf(given.ruleset, hash);
    if (typeof state !== 'string') return { state, source: 'bootstrap', isBasis: true };
    log('warn', 'GP1107', `the bootstrap was ignored: ${state}`);
  } catch (error) {
    log('warn', 'GP1107', `the bootstrap was ignored: ${thrownWords(error)}`);
  }
  return null;
}

async function loaded(store: RulesetStore, platform: Platform, log: Log): Promise<Known | null> {
  let cancel = (): void => undefined;
  const late = new Promise<'late'>((resolve) => {
    cancel = platform.setTimer(() => resolve('late'), LOAD_MS, false);
  });
  try {
    const given = await Promise.race([store.load(), late]);
    if (given === null || given === undefined) return null;
    const state = given === 'late' ? `it gave nothing within ${LOAD_MS} ms` : stateOf(given, platform.hash);
    if (typeof state !== 'string') return { state, source: 'cache', isBasis: true };
    log('warn', 'GP1109', `the store was ignored: ${state}`);
  } catch (error) {
    log('warn', 'GP1109', `the store could not load: ${thrownWords(error)}`);
  } finally {
    cancel();
  }
  return null;
}

/** A store may be ahead of the file of this machine, or far behind it. */
function newerOf(found: Known | null, known: Known | null): Known | null {
  if (found === null || known === null || known.source === 'bootstrap') return found;
  const isNewer = found.state.epoch === known.state.epoch && found.state.version > known.state.version;
  return isNewer ? found : null;
}

/** A rule set as an object or as text; the problem where it is none. */
function stateOf(given: unknown, hash: Platform['hash']): EnvironmentState | string {
  const text = typeof given === 'string' ? given : (JSON.stringify(given) ?? '');
  const decoded = decodePayload(text, hash);
  return decoded.kind === 'ok' ? decoded.state : decoded.problem;
}
