import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFile } from '../../../test/support/temporary-file.ts';
import type { DeployStore } from '../store/deploys.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import type { ConnectionView } from '../stream/delivery.ts';
import { createManualClock } from '../test-clock.ts';
import { type Inventory, openInventory, versionsOf } from './inventory.ts';

const START = Date.UTC(2030, 0, 1);
const SECOND = 1_000;

let made = 0;
function aConnection(application: ConnectionView['application'], more: Partial<ConnectionView> = {}): ConnectionView {
  made += 1;
  return {
    id: `c-${made}`,
    sdk: 'node/1',
    application,
    connectedAt: START + made,
    version: 1,
    lastSeenMs: 0,
    unsupported: [],
    ...more,
  };
}
const api = (version: string, more: Partial<ConnectionView> = {}) => aConnection({ name: 'api', version }, more);

describe('the connections of an environment', () => {
  test('are counted by application and version, with how far each has come', () => {
    const connections = [
      api('2', { version: 7 }),
      api('1', { version: 7 }),
      api('2', { version: 6 }),
      api('2', { version: null }),
    ];
    expect(versionsOf('env-1', connections)).toEqual([
      { environment: 'env-1', service: 'api', version: '1', instances: 1, applied: { 7: 1 } },
      { environment: 'env-1', service: 'api', version: '2', instances: 3, applied: { 6: 1, 7: 1 } },
    ]);
  });

  test('count an instance once, as the one that came last', () => {
    const old = aConnection({ name: 'api', version: '1', instance: 'a' });
    const back = aConnection({ name: 'api', version: '2', instance: 'a' });
    const other = aConnection({ name: 'web', version: '2', instance: 'a' });
    expect(versionsOf('env-1', [back, old, other])).toMatchObject([
      { service: 'api', version: '2', instances: 1 },
      { service: 'web', instances: 1 },
    ]);
  });

  test('without a name are not counted, and without a version are of none', () => {
    expect(versionsOf('env-1', [aConnection({}), aConnection({ name: 'api' })])).toMatchObject([
      { service: 'api', version: '', instances: 1 },
    ]);
  });
});

describe('what a replica writes down', () => {
  const clock = createManualClock(START);
  const connected = new Map<string, ConnectionView[]>();
  const changed: (readonly string[])[] = [];
  const warnings: object[] = [];
  const writes: number[] = [];
  let isBroken = false;
  let store: Store;
  let inventory: Inventory;

  beforeEach(async () => {
    store = await openStore({ url: `file:${temporaryFile()}`, now: () => clock.now() });
    isBroken = false;
    for (const list of [changed, warnings, writes]) list.length = 0;
    connected.clear();
    const putLiveVersions: DeployStore['putLiveVersions'] = async (...args) => {
      if (isBroken) throw new Error('the database went away');
      writes.push(clock.now());
      await store.putLiveVersions(...args);
    };
    inventory = openInventory({
      connected: { environments: () => connected.keys(), connections: (id) => connected.get(id) ?? [] },
      store: { putLiveVersions },
      clock,
      logger: { info: () => undefined, warn: (told) => void warnings.push(told), error: () => undefined },
      replica: 'one',
      onChanged: (environments) => void changed.push(environments),
    });
  });
  afterEach(async () => {
    await inventory.close();
    await store.close();
  });

  const live = () => store.liveVersions('env-1', clock.now());
  /** So many seconds, and whatever is written in each of them. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      clock.moveTo(clock.now() + SECOND);
      await store.write([], async () => undefined);
      await new Promise(setImmediate);
    }
  }

  test('is there a second after it is connected, and whoever waits for it is told', async () => {
    connected.set('env-1', [api('1')]);
    await pass(1);
    expect(await live()).toMatchObject([{ version: '1', instances: 1 }]);
    connected.get('env-1')?.push(api('1'), api('2'));
    connected.set('env-2', [api('9')]);
    await pass(1);
    expect(await live()).toMatchObject([{ instances: 2 }, { version: '2' }]);
    expect(changed).toEqual([['env-1'], ['env-1', 'env-2']]);
  });

  test('is renewed every ten seconds, and not written where nothing is connected', async () => {
    await pass(30);
    expect(writes).toEqual([]);
    connected.set('env-1', [api('1')]);
    await pass(25);
    expect(writes).toHaveLength(3);
    expect(await live()).toHaveLength(1);
    expect(changed).toHaveLength(1);
  });

  test('tells how far instances have come within three seconds, which is no news for who waits', async () => {
    connected.set('env-1', [api('1', { version: 1 })]);
    await pass(1);
    connected.set('env-1', [api('1', { version: 2 })]);
    await pass(3);
    expect(await live()).toMatchObject([{ applied: { 2: 1 } }]);
    expect(changed).toHaveLength(1);
  });

  test('is written once the database is back, and the failure told once', async () => {
    isBroken = true;
    connected.set('env-1', [api('1')]);
    await pass(5);
    expect(warnings).toHaveLength(1);
    isBroken = false;
    await pass(1);
    expect(await live()).toHaveLength(1);
    expect(changed).toEqual([['env-1']]);
  });

  test('is taken back when it closes, and when everybody has gone', async () => {
    connected.set('env-1', [api('1')]);
    await pass(1);
    connected.clear();
    await pass(1);
    expect(await live()).toEqual([]);
    connected.set('env-1', [api('1')]);
    await pass(1);
    await inventory.close();
    expect(await live()).toEqual([]);
  });
});
