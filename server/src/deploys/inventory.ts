import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { compareText } from '../store/canonical.ts';
import type { DeployStore, ReplicaVersion } from '../store/deploys.ts';
import type { ConnectionView } from '../stream/delivery.ts';

/** What this process streams to, by environment (id). */
export interface Connected {
  environments(): Iterable<string>;
  connections(environment: string): readonly ConnectionView[];
}

export interface InventoryOptions {
  readonly connected: Connected;
  readonly store: Pick<DeployStore, 'putLiveVersions'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this process among its replicas. */
  readonly replica: string;
  /** Told of the environments in which other versions run now, or other numbers of them. */
  readonly onChanged: (environments: readonly string[]) => void;
}

export interface Inventory {
  /** Takes back what this process has said. */
  close(): Promise<void>;
}

const LOOK_MS = 1_000;
/** How far instances have come matters less than which there are, and changes with every change of a flag. */
const PROGRESS_MS = 3_000;
/** Often enough that a replica is never taken for gone. */
const RENEW_MS = 10_000;

/** Keeps written down which versions of which applications are connected here. */
export function openInventory(options: InventoryOptions): Inventory {
  const { connected, store, clock, logger, replica, onChanged } = options;
  let written: { readonly versions: readonly ReplicaVersion[]; readonly at: number } = { versions: [], at: 0 };
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;
  let isFailing = false;
  let timer = clock.setTimer(look, LOOK_MS);

  function look(): void {
    timer = clock.setTimer(look, LOOK_MS);
    if (isWriting) return;
    const versions = [...connected.environments()].flatMap((environment) =>
      versionsOf(environment, connected.connections(environment)),
    );
    if (!isDue(versions)) return;
    isWriting = true;
    writing = write(versions).finally(() => {
      isWriting = false;
    });
  }

  function isDue(versions: readonly ReplicaVersion[]): boolean {
    const agoMs = clock.monotonic() - written.at;
    if (changedIn(written.versions, versions).length > 0) return true;
    if (versions.length === 0) return false;
    return agoMs >= RENEW_MS || (agoMs >= PROGRESS_MS && JSON.stringify(versions) !== JSON.stringify(written.versions));
  }

  async function write(versions: readonly ReplicaVersion[]): Promise<void> {
    try {
      await store.putLiveVersions(replica, versions, clock.now());
      const changed = changedIn(written.versions, versions);
      written = { versions, at: clock.monotonic() };
      isFailing = false;
      if (changed.length > 0) onChanged(changed);
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, 'what is connected cannot be written down');
      isFailing = true;
    }
  }

  return {
    async close() {
      timer.cancel();
      await writing;
      if (written.versions.length > 0) await write([]);
    },
  };
}

/** One entry per application and version. An instance that has come back counts once, though its old stream may linger. */
export function versionsOf(environment: string, connections: readonly ConnectionView[]): readonly ReplicaVersion[] {
  const instances = new Map<string, ConnectionView>();
  for (const connection of connections.toSorted((a, b) => a.connectedAt - b.connectedAt)) {
    const { name, instance } = connection.application;
    instances.set(instance === undefined ? connection.id : JSON.stringify([name, instance]), connection);
  }
  const entries = new Map<string, ReplicaVersion>();
  for (const { application, version: at } of instances.values()) {
    const { name: service, version = '' } = application;
    if (service === undefined || service === '') continue;
    const key = JSON.stringify([service, version]);
    const { instances: known = 0, applied = {} } = entries.get(key) ?? {};
    entries.set(key, {
      environment,
      service,
      version,
      instances: known + 1,
      applied: at === null ? applied : { ...applied, [at]: (applied[at] ?? 0) + 1 },
    });
  }
  return [...entries].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
}

/** Environments in which not the same versions run, in the same numbers. */
function changedIn(before: readonly ReplicaVersion[], after: readonly ReplicaVersion[]): readonly string[] {
  const outlines = [before, after].map((versions) => {
    const lines = new Map<string, string>();
    for (const { environment, service, version, instances } of versions)
      lines.set(environment, `${lines.get(environment) ?? ''}${JSON.stringify([service, version, instances])}`);
    return lines;
  });
  const environments = new Set(outlines.flatMap((lines) => [...lines.keys()]));
  return [...environments].filter((environment) => outlines[0]?.get(environment) !== outlines[1]?.get(environment));
}
