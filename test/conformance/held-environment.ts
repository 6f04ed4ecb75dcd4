import type { Item } from '@glidepath/core';
import { startService } from '../support/start-service.ts';
import type { NamedCase } from './cases.ts';

/** An environment of a whole service whose items are written below every check, as a newer server may have left them. */
export interface HeldEnvironment extends AsyncDisposable {
  readonly url: string;
  /** A server key. */
  readonly sdkKey: string;
  /** Makes these all the items that there are; answers the environment's version once the service serves it. */
  hold(items: readonly Item[]): Promise<number>;
  /** The version of the flag that a case expects: versions are the service's own here. */
  versionFor(one: NamedCase): number | null;
}

export async function holdEnvironment(): Promise<HeldEnvironment> {
  const service = await startService();
  const { store, hub } = service.app;
  const [head] = await store.heads();
  if (head === undefined) throw new Error('a new service has environments');
  const document = await store.documentById<{ readonly key: string }>('environment', head.id);
  const sdkKey = await service.sdkKey(document?.body.key ?? '');
  let held: readonly Item[] = [];
  let version = head.version;
  /** At which version an item got the body that it has, or had. */
  const altered = new Map<string, number>();

  return {
    url: service.url,
    sdkKey,
    async hold(items) {
      const kept = new Set(items.map(idOf));
      const gone = held.filter((item) => !kept.has(idOf(item))).map((item) => ({ ...item, body: null }));
      const change = await store.write([head.id], (tx) =>
        tx.publish({ environment: head.id, changeId: `${version + 1}`, urgent: false, items: [...items, ...gone] }),
      );
      version = change?.version ?? version;
      const moved = new Set(change?.ops.map((op) => (op.op === 'put' ? idOf(op) : '')));
      for (const item of items) if (moved.has(idOf(item))) altered.set(textOf(item), version);
      held = items;
      await hub.readPrimary();
      return version;
    },
    versionFor({ before = [], items, flagKey, expected }) {
      const isServed = ({ kind, key, rev }: Item) => kind === 'flag' && key === flagKey && rev === expected.flagVersion;
      const served = [...before, ...items].find(isServed);
      return served === undefined ? null : (altered.get(textOf(served)) ?? null);
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

function idOf({ kind, key }: Pick<Item, 'kind' | 'key'>): string {
  return `${kind} ${key}`;
}

function textOf({ kind, key, body }: Item): string {
  return JSON.stringify([kind, key, body]);
}
