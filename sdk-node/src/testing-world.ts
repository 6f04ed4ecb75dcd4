import type { Item } from '@glidepath/core';
import { flagItem } from '@glidepath/core/testing';
import { createClientOn } from './client.ts';
import { digest, type TestPlatform, testPlatform } from './testing-platform.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

export const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
export const user = { key: 'u-1' };

/** A connected client, and the service that it is connected to. */
export interface World {
  readonly platform: TestPlatform;
  readonly flags: FlagsClient;
  /** Puts a flag in place of the one before; answers the version. */
  change(item: Item): number;
}

export function world(
  options: Partial<ClientOptions> = {},
  items: readonly Item[] = [flagItem('new-checkout')],
): World {
  const platform = testPlatform();
  const flags = createClientOn(platform, { ...KEY, ...options });
  platform.accept(1, items);
  const held = new Map(items.map((item) => [item.key, item]));
  let version = 1;
  return {
    platform,
    flags,
    change({ kind, key, body }) {
      const from = version;
      version += 1;
      const next = { kind, key, rev: version, body } as Item;
      held.set(key, next);
      platform.frame({
        t: 'change',
        from,
        to: version,
        digest: digest([...held.values()]),
        ops: [{ op: 'put', ...next }],
      } as Parameters<TestPlatform['frame']>[0]);
      return version;
    },
  };
}

/** All evaluations that were reported, as `flag variation` → how often, and faults as `flag ERROR`. */
export async function reported({
  flags,
  platform,
}: Pick<World, 'flags' | 'platform'>): Promise<Readonly<Record<string, number>>> {
  const flushing = flags.flush();
  platform.advance(2_000);
  await flushing;
  const totals: Record<string, number> = {};
  for (const { evals, missing } of platform.reports) {
    for (const { flag, var: variation, n } of evals)
      totals[`${flag} ${variation}`] = (totals[`${flag} ${variation}`] ?? 0) + Number(n);
    for (const [key, error, n] of missing) totals[`${key} ${error}`] = (totals[`${key} ${error}`] ?? 0) + Number(n);
  }
  return totals;
}
