import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFile } from '../../../test/support/temporary-file.ts';
import type { ApiTokenBody, MemberBody, SdkKeyBody } from '../store/documents.ts';
import { openStore } from '../store/open-store.ts';
import type { DocumentKind, Store } from '../store/store.ts';
import { createManualClock, type ManualClock } from '../test-clock.ts';
import { type Directory, openDirectory } from './directory.ts';
import { hashOf, newSecret } from './secrets.ts';

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

let clock: ManualClock;
let store: Store;
let directory: Directory;
let queries: number;

beforeEach(async () => {
  clock = createManualClock(START);
  store = await openStore({ url: `file:${temporaryFile()}`, now: () => clock.now() });
  queries = 0;
  const counted: Store = {
    ...store,
    accessVersion: () => {
      queries += 1;
      return store.accessVersion();
    },
    documents: (kind, parent) => {
      queries += 1;
      return store.documents(kind, parent);
    },
  };
  directory = await openDirectory({ store: counted, clock, logger: { warn: () => undefined } });
});
afterEach(async () => {
  directory.close();
  await store.close();
});

/** Writes one document of who may come in, as another process would. */
async function put(kind: DocumentKind, key: string, body: object, parent = ''): Promise<string> {
  return store.write([], async (tx) => {
    await tx.touchAccess();
    const before = await tx.document({ kind, parent, key });
    return (await tx.put({ kind, parent, key }, body, before?.revision ?? 0)).id;
  });
}

const aMember = (fields: Partial<MemberBody> = {}): MemberBody => ({
  email: 'ada@example.test',
  name: 'Ada',
  passwordHash: '',
  roles: { '*': 'admin' },
  disabledAt: null,
  createdAt: START,
  ...fields,
});

const aKey = (secret: string, fields: Partial<SdkKeyBody> = {}): SdkKeyBody => ({
  name: 'shop',
  kind: 'server',
  hash: hashOf(secret),
  lastFour: '',
  origins: [],
  sealed: null,
  createdAt: START,
  createdBy: 'system',
  expiresAt: null,
  ...fields,
});

const aToken = (secret: string, maker: string, fields: Partial<ApiTokenBody> = {}): ApiTokenBody => ({
  name: 'ci',
  role: 'editor',
  hash: hashOf(secret),
  lastFour: '',
  projects: null,
  environments: null,
  maker,
  createdAt: START,
  expiresAt: START + HOUR,
  ...fields,
});

describe('the directory', () => {
  test('knows the holder of a key, and its environment, without asking the database', async () => {
    const secret = newSecret('server-key');
    const id = await put('sdk-key', 'k1', aKey(secret), 'e1');
    await directory.refresh();
    const before = queries;
    for (let n = 0; n < 1_000; n++)
      expect(directory.holderOf(secret)).toMatchObject({ kind: 'server-key', id, environment: 'e1' });
    expect(queries).toBe(before);
  });

  test('knows nobody by a stranger’s secret', async () => {
    for (const secret of [newSecret('server-key'), newSecret('api-token'), 'gp_srv_', '']) {
      expect(directory.holderOf(secret)).toBeNull();
    }
  });

  test('reads everything again only when something has changed', async () => {
    await directory.refresh();
    const before = queries;
    await directory.refresh();
    expect(queries - before).toBe(1);
  });

  test('notices within a second what another process has written', async () => {
    const secret = newSecret('server-key');
    await put('sdk-key', 'k1', aKey(secret), 'e1');
    clock.moveTo(clock.now() + 1_000);
    await expect.poll(() => directory.holderOf(secret)).not.toBeNull();
  });

  test('tells of keys that were revoked and of keys whose time is over, each once', async () => {
    const told: (readonly string[])[] = [];
    directory.onRevoked((ids) => told.push(ids));
    const [gone, old, kept] = [newSecret('server-key'), newSecret('server-key'), newSecret('server-key')];
    const goneId = await put('sdk-key', 'gone', aKey(gone), 'e1');
    const oldId = await put('sdk-key', 'old', aKey(old, { expiresAt: START + HOUR }), 'e1');
    await put('sdk-key', 'kept', aKey(kept), 'e1');
    await directory.refresh();
    expect(told).toEqual([]);

    await store.write([], async (tx) => {
      await tx.touchAccess();
      await tx.remove({ kind: 'sdk-key', parent: 'e1', key: 'gone' }, 1);
    });
    await directory.refresh();
    expect(told).toEqual([[goneId]]);
    expect(directory.holderOf(gone)).toBeNull();

    clock.moveTo(START + HOUR);
    await directory.refresh();
    await directory.refresh();
    expect(told).toEqual([[goneId], [oldId]]);
    expect(directory.holderOf(old)).toBeNull();
    expect(directory.holderOf(kept)).not.toBeNull();
  });

  test('lets a token live as long as its time and its maker', async () => {
    const secret = newSecret('api-token');
    const maker = await put('member', 'm1', aMember());
    await put('api-token', 't1', aToken(secret, maker));
    await directory.refresh();
    expect(directory.holderOf(secret)).toMatchObject({ kind: 'token', role: 'editor', roles: { '*': 'admin' } });

    await put('member', 'm1', aMember({ disabledAt: START }));
    await directory.refresh();
    expect(directory.holderOf(secret)).toBeNull();
    expect(directory.member(maker)).toBeNull();

    await put('member', 'm1', aMember({ roles: { '*': 'viewer' } }));
    await directory.refresh();
    expect(directory.holderOf(secret)).toMatchObject({ roles: { '*': 'viewer' } });
    clock.moveTo(START + HOUR);
    expect(directory.holderOf(secret)).toBeNull();
  });

  test('goes on with what it knows when the database is away', async () => {
    const secret = newSecret('server-key');
    await put('sdk-key', 'k1', aKey(secret), 'e1');
    await directory.refresh();
    await store.close();
    clock.moveTo(clock.now() + 10_000);
    await expect(directory.refresh()).rejects.toThrow();
    expect(directory.holderOf(secret)).not.toBeNull();
  });

  test('T44: tells of keys whose time is over also while the database is away', async () => {
    const id = await put('sdk-key', 'k1', aKey(newSecret('server-key'), { expiresAt: START + HOUR }), 'e1');
    await directory.refresh();
    const told = new Promise((resolve) => directory.onRevoked(resolve));
    await store.close();
    clock.leapTo(START + HOUR);
    expect(await told).toEqual([id]);
  });
});
