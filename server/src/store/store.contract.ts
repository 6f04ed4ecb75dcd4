import { setTimeout as pause } from 'node:timers/promises';
import type { Item } from '@glidepath/core';
import { applyOps, digestOf, EMPTY_DIGEST, type ItemState, idOf } from '@glidepath/core/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT_GENESIS, verifyAudit } from './audit-chain.ts';
import { sha256 } from './canonical.ts';
import type { AuditEntry, ItemWrite, Store, WriteTransaction } from './store.ts';

/** One empty database. */
export interface Harness {
  open(now: () => number): Promise<Store>;
  /** Runs SQL past the store, as someone with access to the database would. */
  execute(sql: string): Promise<void>;
  dispose(): Promise<void>;
}

const START = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FULL = process.env['GLIDEPATH_TEST_TIER'] === 'faults';

const printOf = (text: string) => sha256(text).slice(0, 32);
const flagItem = (key: string, mark: unknown): ItemWrite => ({ kind: 'flag', key, body: { schema: 1, mark } as never });
const gone = (key: string): ItemWrite => ({ kind: 'flag', key, body: null });

function anEntry(entry: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at: START,
    actor: 'member:ann',
    origin: 'api',
    action: 'change-flag',
    project: 'shop',
    changeId: 'change-1',
    environments: [],
    documents: [],
    content: { comment: 'because' },
    ...entry,
  };
}

/** What every backend must do. */
export function describeStore(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`the store on ${name}`, () => {
    let harness: Harness;
    let store: Store;
    let now = START;

    beforeEach(async () => {
      now = START;
      harness = await makeHarness();
      store = await harness.open(() => now);
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    const flag = (key: string, parent = 'shop') => ({ kind: 'flag', parent, key }) as const;

    async function anEnvironment(id: string, epoch = '0123456789abcdef'): Promise<string> {
      await store.write([], (tx) => tx.createEnvironment(id, epoch));
      return id;
    }
    const publish = (environment: string, items: readonly ItemWrite[], changeId = 'change-1') =>
      store.write([environment], (tx) => tx.publish({ environment, changeId, urgent: false, items }));
    const headOf = async (id: string) => (await store.heads([id]))[0]!;
    const audited = (entry: Partial<AuditEntry> = {}) => store.write([], (tx) => tx.appendAudit(anEntry(entry)));

    describe('a document', () => {
      test('is read back as it was written, at revision 1, under an id of its own', async () => {
        const body = { key: 'dark-mode', weights: { b: 1, a: 2 }, text: 'Ünï \u0000 \ud83d', deep: [[null, 1.5]] };
        const written = await store.write([], (tx) => tx.put(flag('dark-mode'), body, 0));
        expect(written).toMatchObject({ ...flag('dark-mode'), revision: 1, updatedAt: START });
        expect(written.body).toEqual(body);
        expect(await store.document(flag('dark-mode'))).toEqual(written);
        expect(await store.documentById('flag', written.id)).toEqual(written);
      });

      test('gains one revision with each write, and refuses a write against another one', async () => {
        await store.write([], (tx) => tx.put(flag('f'), { n: 1 }, 0));
        expect((await store.write([], (tx) => tx.put(flag('f'), { n: 2 }, 1))).revision).toBe(2);
        const late = store.write([], (tx) => tx.put(flag('f'), { n: 3 }, 1));
        await expect(late).rejects.toMatchObject({
          refusal: { code: 'revision-conflict', extra: { expected: 1, actual: 2 } },
        });
        expect((await store.document(flag('f')))?.body).toEqual({ n: 2 });
        await expect(store.write([], (tx) => tx.put(flag('none'), {}, 4))).rejects.toMatchObject({
          refusal: { code: 'revision-conflict' },
        });
      });

      test('cannot take a key that exists, differs only in case, or was ever used', async () => {
        await store.write([], (tx) => tx.put(flag('Checkout'), {}, 0));
        const taken = { refusal: { code: 'already-exists' } };
        await expect(store.write([], (tx) => tx.put(flag('Checkout'), {}, 0))).rejects.toMatchObject(taken);
        await expect(store.write([], (tx) => tx.put(flag('checkOUT'), {}, 0))).rejects.toMatchObject(taken);
        await store.write([], (tx) => tx.remove(flag('Checkout'), 1));
        expect(await store.document(flag('Checkout'))).toBeNull();
        await expect(store.write([], (tx) => tx.put(flag('checkout'), {}, 0))).rejects.toMatchObject(taken);
        await store.write([], (tx) => tx.put(flag('checkout', 'another-project'), {}, 0));
        await store.write([], (tx) => tx.put({ kind: 'segment', parent: 'shop', key: 'checkout' }, {}, 0));
      });

      test('is removed only at the expected revision, and then from every read', async () => {
        const { id } = await store.write([], (tx) => tx.put(flag('f'), {}, 0));
        await expect(store.write([], (tx) => tx.remove(flag('f'), 7))).rejects.toMatchObject({
          refusal: { code: 'revision-conflict' },
        });
        await store.write([], (tx) => tx.remove(flag('f'), 1));
        expect(await store.documentById('flag', id)).toBeNull();
        expect(await store.documents('flag', 'shop')).toEqual([]);
        await expect(store.write([], (tx) => tx.put(flag('f'), {}, 2))).rejects.toMatchObject({
          refusal: { code: 'revision-conflict' },
        });
      });

      test('of a kind named by ids keeps the id it was given', async () => {
        const made = await store.write([], (tx) => tx.put({ kind: 'member', parent: '', key: 'm-1' }, {}, 0));
        expect(made.id).toBe('m-1');
      });

      test('is one of many that are written at once, in any number and each under its own conditions', async () => {
        const body = (n: number) => ({ n, text: `Ünï "\u0000" \ud83d \\ ${n}` });
        const kept = await store.write([], (tx) => tx.put(flag('kept'), body(0), 0));
        const puts = Array.from({ length: 1_100 }, (_, n) => ({ ref: flag(`f${n}`), body: body(n), expected: 0 }));
        const member = { ref: { kind: 'member', parent: '', key: 'm-1' }, body: {}, expected: 0 } as const;
        now += HOUR;
        const mixed = [...puts, { ref: flag('kept'), body: body(-1), expected: 1 }, member];
        const written = await store.write([], (tx) => tx.putAll(mixed));
        expect(written.map(({ key, revision }) => [key, revision])).toEqual(
          mixed.map(({ ref, expected }) => [ref.key, expected + 1]),
        );
        const listed = await store.documents('flag', 'shop');
        expect(new Map(listed.map((one) => [one.key, one]))).toEqual(
          new Map(written.flatMap((one) => (one.kind === 'flag' ? [[one.key, one]] : []))),
        );
        expect(listed.find(({ key }) => key === 'kept')).toEqual({
          ...kept,
          body: body(-1),
          revision: 2,
          updatedAt: now,
        });
        expect(written.at(-1)).toMatchObject({ kind: 'member', id: 'm-1' });
        const again = written.map(({ kind, parent, key, revision }) => ({
          ref: { kind, parent, key },
          body: null,
          expected: revision,
        }));
        const twice = await store.write([], (tx) => tx.putAll(again));
        expect(twice.map(({ id, revision }) => [id, revision])).toEqual(
          written.map(({ id, revision }) => [id, revision + 1]),
        );
        expect(await store.revisions('flag', 'shop')).toEqual(
          new Map(twice.flatMap(({ kind, key, revision }) => (kind === 'flag' ? [[key, revision]] : []))),
        );
        expect(await store.write([], (tx) => tx.putAll([]))).toEqual([]);
      });

      test.for([0, 700])('is written with many others only where all can be (%i before it)', async (others) => {
        await store.write([], async (tx) => {
          await tx.put(flag('There'), {}, 0);
          await tx.put(flag('gone'), {}, 0);
          await tx.remove(flag('gone'), 1);
        });
        const fine = Array.from({ length: others }, (_, n) => ({ ref: flag(`f${n}`), body: {}, expected: 0 }));
        const last = { ref: flag('last'), body: {}, expected: 0 };
        const refused = async (key: string, expected: number) => {
          const puts = [...fine, { ref: flag(key), body: {}, expected }, last];
          const writing = store.write([], (tx) => tx.putAll(puts));
          return writing.then(
            () => 'written',
            ({ refusal }) => [refusal.code, /"(.+?)"/.exec(refusal.detail)?.[1], refusal.extra?.actual],
          );
        };
        expect(await refused('there', 0)).toEqual(['already-exists', 'there', undefined]);
        expect(await refused('GONE', 0)).toEqual(['already-exists', 'GONE', undefined]);
        expect(await refused('LAST', 0)).toEqual(['already-exists', 'last', undefined]);
        expect(await refused('There', 7)).toEqual(['revision-conflict', 'There', 1]);
        expect(await refused('there', 1)).toEqual(['revision-conflict', 'there', null]);
        expect(await refused('gone', 2)).toEqual(['revision-conflict', 'gone', null]);
        expect(await store.revisions('flag', 'shop')).toEqual(new Map([['There', 1]]));
      });

      test('is listed by parent in the order of keys, upper case first', async () => {
        await store.write([], async (tx) => {
          for (const key of ['b', 'a-1', 'C', 'a.1', 'a']) await tx.put(flag(key), {}, 0);
          await tx.put(flag('z', 'other'), {}, 0);
        });
        const keys = (await store.documents('flag', 'shop')).map((document) => document.key);
        expect(keys).toEqual(['C', 'a', 'a-1', 'a.1', 'b']);
        expect(await store.documents('flag')).toHaveLength(6);
      });

      test('is listed by a text of its JSON, where only few of many matter', async () => {
        await store.write([], async (tx) => {
          await tx.put(flag('open'), { endedAt: null }, 0);
          await tx.put(flag('over'), { endedAt: 1, note: '"endedAt":null' }, 0);
          await tx.put(flag('elsewhere', 'other'), { endedAt: null }, 0);
        });
        const keysIn = async (parent?: string) =>
          (await store.documents('flag', parent, '"endedAt":null')).map(({ key }) => key);
        expect([await keysIn('shop'), await keysIn()]).toEqual([['open'], ['elsewhere', 'open']]);
      });
    });

    describe('a transaction', () => {
      test('leaves nothing behind when its work fails', async () => {
        const environment = await anEnvironment('env-1');
        const failing = store.write([environment], async (tx) => {
          await tx.put(flag('f'), {}, 0);
          await tx.publish({ environment, changeId: 'c', urgent: false, items: [flagItem('f', 1)] });
          await tx.appendAudit(anEntry());
          await tx.enqueue([{ id: 'o', topic: 't', at: START, body: {} }]);
          throw new Error('change of mind');
        });
        await expect(failing).rejects.toThrow('change of mind');
        expect(await store.document(flag('f'))).toBeNull();
        expect(await headOf(environment)).toMatchObject({ version: 1, digest: EMPTY_DIGEST });
        expect(await store.audit({ limit: 10 })).toEqual([]);
        expect(await store.waitingEvents(10)).toEqual([]);
      });

      test('sees its own writes, while others see them only after the commit', async () => {
        await store.write([], async (tx) => {
          await tx.put(flag('f'), {}, 0);
          expect(await tx.document(flag('f'))).not.toBeNull();
          expect(await store.document(flag('f'))).toBeNull();
        });
        expect(await store.document(flag('f'))).not.toBeNull();
      });

      test('refuses what is called after it has ended', async () => {
        let kept: WriteTransaction | undefined;
        await store.write([], async (tx) => {
          kept = tx;
        });
        await expect(kept?.put(flag('late'), {}, 0)).rejects.toThrow('has ended');
        await expect(kept?.document(flag('late'))).rejects.toThrow('has ended');
      });

      test('lets only enqueue and remember follow the audit record, whose lock is the last', async () => {
        const late = store.write([], async (tx) => {
          await tx.appendAudit(anEntry());
          await tx.enqueue([]);
          await tx.put(flag('f'), {}, 0);
        });
        await expect(late).rejects.toThrow('only enqueue and remember may follow');
        expect(await store.audit({ limit: 1 })).toEqual([]);
      });

      test('that names the same environments in another order never waits for ever', async () => {
        const ids = ['env-c', 'env-a', 'env-b'];
        for (const id of ids) await anEnvironment(id);
        const writers = Array.from({ length: 24 }, async (_, writer) => {
          const order = writer % 2 ? ids : [...ids].reverse();
          await store.write(order, async (tx) => {
            for (const environment of order)
              await tx.publish({ environment, changeId: `w${writer}`, urgent: false, items: [flagItem('f', writer)] });
            await tx.appendAudit(anEntry({ changeId: `w${writer}` }));
          });
        });
        await Promise.all(writers);
        expect((await store.heads()).map(({ id, version }) => [id, version])).toEqual([
          ['env-a', 25],
          ['env-b', 25],
          ['env-c', 25],
        ]);
      });

      test('that closes a cycle is refused when another one was faster', async () => {
        const environment = await anEnvironment('env-1');
        const config = (key: string) => ({ kind: 'flag-config', parent: environment, key }) as const;
        await store.write([], async (tx) => {
          for (const key of ['a', 'b']) await tx.put(config(key), { needs: null }, 0);
        });
        const link = (from: string, to: string) =>
          store.write([environment], async (tx) => {
            const other = await tx.document<{ needs: string | null }>(config(to));
            await pause(5);
            if (other?.body.needs === from) throw new Error('cycle');
            await tx.put(config(from), { needs: to }, 1);
          });
        const outcomes = await Promise.allSettled([link('a', 'b'), link('b', 'a')]);
        expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      });
    });

    describe('publishing', () => {
      test('takes the next version only when an item differs', async () => {
        const environment = await anEnvironment('env-1');
        const first = await publish(environment, [flagItem('a', { x: 1, y: 2 }), flagItem('b', 1)]);
        expect(first).toMatchObject({ version: 2, changeId: 'change-1', at: START });
        expect(await publish(environment, [flagItem('a', { y: 2, x: 1 }), flagItem('b', 1), gone('c')])).toBeNull();
        expect(await headOf(environment)).toMatchObject({ version: 2, digest: first?.digest });
        const second = await publish(environment, [flagItem('a', { x: 1, y: 3 }), flagItem('b', 1)]);
        expect(second?.ops).toEqual([
          { op: 'put', kind: 'flag', key: 'a', rev: 3, body: { schema: 1, mark: { x: 1, y: 3 } } },
        ]);
        const third = await publish(environment, [gone('a')]);
        expect(third?.ops).toEqual([{ op: 'del', kind: 'flag', key: 'a', rev: 4 }]);
        const items = await store.items(environment);
        expect(items.map(({ key, rev }) => [key, rev])).toEqual([['b', 2]]);
        expect((await headOf(environment)).digest).toBe(digestOf(items, printOf));
      });

      test('keeps keys that objects inherit as keys', async () => {
        const environment = await anEnvironment('env-1');
        const body = JSON.parse('{"schema":1,"__proto__":{"polluted":true},"10":1,"9":2}') as never;
        await publish(environment, [{ kind: 'flag', key: 'odd', body }]);
        const [item] = await store.items(environment);
        expect(JSON.stringify(item?.body)).toBe('{"9":2,"10":1,"__proto__":{"polluted":true},"schema":1}');
      });

      test('sends changes of a segment’s members instead of the segment, if they lead to the same body', async () => {
        const environment = await anEnvironment('env-1');
        const segment = (keys: readonly string[]): ItemWrite => ({
          kind: 'segment',
          key: 's',
          body: { schema: 1, salt: 's', included: [{ contextKind: 'user', keys }], excluded: [], rules: [] },
        });
        const change = (keys: readonly string[], add: readonly string[]) =>
          store.write([environment], (tx) =>
            tx.publish({
              environment,
              changeId: 'c',
              urgent: false,
              items: [segment(keys)],
              members: [{ op: 'members', key: 's', ctx: 'user', list: 'included', add, remove: [] }],
            }),
          );
        expect((await change(['ann'], ['ann']))?.ops).toMatchObject([{ op: 'put', key: 's', rev: 2 }]);
        expect((await change(['ann', 'bob'], ['bob']))?.ops).toEqual([
          { op: 'members', key: 's', rev: 3, ctx: 'user', list: 'included', add: ['bob'], remove: [] },
        ]);
        expect((await change(['ann', 'bob', 'cat'], ['cow']))?.ops).toMatchObject([{ op: 'put', key: 's', rev: 4 }]);
      });

      test('refuses an environment that is not locked, and a second call for the same one', async () => {
        const environment = await anEnvironment('env-1');
        const request = { environment, changeId: 'c', urgent: false, items: [flagItem('f', 1)] };
        await expect(store.write([], (tx) => tx.publish(request))).rejects.toThrow('not locked');
        const twice = store.write([environment], async (tx) => {
          await tx.publish(request);
          await tx.publish({ ...request, items: [flagItem('f', 2)] });
        });
        await expect(twice).rejects.toThrow('published already');
      });

      test('publishes into an environment that the same transaction made', async () => {
        await store.write([], async (tx) => {
          await tx.createEnvironment('env-new', 'feedfeedfeedfeed');
          await tx.publish({ environment: 'env-new', changeId: 'c', urgent: true, items: [flagItem('f', 1)] });
        });
        expect(await store.snapshot('env-new')).toMatchObject({ epoch: 'feedfeedfeedfeed', version: 2 });
      });

      test.for([2 ** 31 - 1, 2 ** 32, 2 ** 53 - 2])('T22: goes on after version %i', async (version) => {
        const environment = await anEnvironment('env-1');
        await harness.execute(`UPDATE env SET version = ${version}`);
        expect((await publish(environment, [flagItem('f', 1)]))?.version).toBe(version + 1);
        expect((await store.changesSince(environment, version, 5)).map((change) => change.version)).toEqual([
          version + 1,
        ]);
        expect((await store.items(environment))[0]?.rev).toBe(version + 1);
      });

      test('T22: refuses the version after 2^53 - 1 and writes nothing', async () => {
        const environment = await anEnvironment('env-1');
        await harness.execute(`UPDATE env SET version = ${Number.MAX_SAFE_INTEGER}`);
        await expect(publish(environment, [flagItem('f', 1)])).rejects.toMatchObject({
          refusal: { code: 'version-limit' },
        });
        expect(await store.items(environment)).toEqual([]);
      });

      test('T22: numbers of documents and audit records end as cleanly', async () => {
        await store.write([], (tx) => tx.put(flag('f'), {}, 0));
        for (const number of [2 ** 31 - 1, 2 ** 32, 2 ** 53 - 2]) {
          await harness.execute(`UPDATE document SET revision = ${number}; UPDATE audit_head SET seq = ${number}`);
          expect((await store.write([], (tx) => tx.put(flag('f'), {}, number))).revision).toBe(number + 1);
          expect((await audited()).seq).toBe(number + 1);
        }
        const limit = { refusal: { code: 'version-limit' } };
        await expect(store.write([], (tx) => tx.put(flag('f'), {}, Number.MAX_SAFE_INTEGER))).rejects.toMatchObject(
          limit,
        );
        await expect(audited()).rejects.toMatchObject(limit);
      });

      test('writes thousands of items in one change', async () => {
        const environment = await anEnvironment('env-1');
        const many = Array.from({ length: 2_300 }, (_, n) => flagItem(`f${n}`, n));
        expect((await publish(environment, many))?.ops).toHaveLength(2_300);
        expect((await publish(environment, [...many.slice(0, 2_299), gone('f2299')]))?.ops).toHaveLength(1);
        expect(await store.items(environment)).toHaveLength(2_299);
      });

      test('T6: the changes since any version lead from that snapshot to the present one', async () => {
        const write = fc.record({
          key: fc.constantFrom('a', 'b', 'B', 'c'),
          mark: fc.option(fc.integer({ max: 3, min: 0 })),
        });
        let run = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(fc.array(write, { maxLength: 3 }), { maxLength: 8 }), async (history) => {
            run += 1;
            const environment = await anEnvironment(`env-${run}`);
            const snapshots = [await store.snapshot(environment)];
            for (const writes of history) {
              const latest = new Map(
                writes.map(({ key, mark }) => [key, mark === null ? gone(key) : flagItem(key, mark)]),
              );
              await publish(environment, [...latest.values()]);
              snapshots.push(await store.snapshot(environment));
            }
            const last = snapshots.at(-1)!;
            for (const basis of snapshots) {
              const changes = await store.changesSince(environment, basis!.version, 100);
              expect(changes.map((change) => change.version)).toEqual(changes.map((_, n) => basis!.version + 1 + n));
              const start: ItemState = {
                items: new Map(basis!.items.map((item) => [idOf(item), item])),
                digest: basis!.digest,
              };
              const end = changes.reduce<ItemState>((state, { ops }) => applyOps(state, ops, printOf)!, start);
              const inOrder = [...end.items.values()].sort((a: Item, b: Item) => (idOf(a) < idOf(b) ? -1 : 1));
              expect(JSON.stringify(inOrder)).toBe(JSON.stringify(last.items));
              expect(end.digest).toBe(last.digest);
            }
          }),
          { numRuns: FULL ? 300 : 12 },
        );
      });

      test('T3: concurrent writers lose no change and leave no gap for a poller', { timeout: 120_000 }, async () => {
        const environments = [await anEnvironment('env-1'), await anEnvironment('env-2')];
        const perWriter = FULL ? 150 : 40;
        const acknowledged = new Set<string>();
        const rolledBack = new Set<string>();
        const isBad = (who: number, n: number) => (who + n) % 20 === 0;
        const seen = new Set<string>();
        const at = new Map(environments.map((id) => [id, 1]));
        let isWriting = true;

        async function poll(): Promise<void> {
          for (const { id, version } of await store.heads()) {
            const known = at.get(id)!;
            if (version === known) continue;
            const changes = await store.changesSince(id, known, 1_000);
            changes.forEach((change, n) => {
              expect(change.version).toBe(known + 1 + n);
            });
            for (const change of changes) seen.add(change.changeId);
            at.set(id, changes.at(-1)!.version);
          }
        }
        const poller = (async () => {
          while (isWriting) {
            await poll();
            await pause(5);
          }
          await poll();
        })();

        const writer = async (who: number) => {
          for (let n = 0; n < perWriter; n += 1) {
            const changeId = `${who}-${n}`;
            const environment = environments[(who + n) % 2]!;
            const work = store.write([environment], async (tx) => {
              await tx.publish({ environment, changeId, urgent: false, items: [flagItem(`f${who}`, changeId)] });
              await pause((who * 7 + n * 5) % 13);
              if (isBad(who, n)) throw new Error('rolled back');
              await tx.appendAudit(anEntry({ changeId }));
            });
            await work.then(
              () => acknowledged.add(changeId),
              (error: Error) => {
                if (error.message !== 'rolled back') throw error;
                rolledBack.add(changeId);
              },
            );
          }
        };
        await Promise.all(Array.from({ length: 8 }, (_, who) => writer(who)));
        isWriting = false;
        await poller;
        expect(acknowledged.size + rolledBack.size).toBe(8 * perWriter);
        expect(rolledBack.size).toBeGreaterThan(perWriter / 4);
        expect(seen).toEqual(acknowledged);
        for (const id of environments) expect((await headOf(id)).version).toBe(at.get(id));
        const records = await store.audit({ limit: 10_000, ascending: true });
        expect(records).toHaveLength(acknowledged.size);
        expect(verifyAudit(records)).toEqual({ kind: 'intact', head: await store.auditHead() });
      });
    });

    describe('the audit log', () => {
      test('chains its records and covers every column', async () => {
        const record = await audited({ content: { comment: 'first', instructions: [1] } });
        await audited({ action: 'sign-in' });
        const records = await store.audit({ limit: 10, ascending: true });
        expect(records[0]).toEqual(record);
        expect(records.map(({ seq }) => seq)).toEqual([1, 2]);
        expect(records[0]?.prevHash).toBe(AUDIT_GENESIS.hash);
        expect(verifyAudit(records)).toEqual({ kind: 'intact', head: await store.auditHead() });
        expect(JSON.parse(records[0]?.content ?? '')).toMatchObject({ comment: 'first', instructions: [1] });
      });

      test.for([
        ["UPDATE audit SET content = replace(content, 'because', 'why not') WHERE seq = 2", 2],
        ["UPDATE audit SET actor = 'member:bob' WHERE seq = 3", 3],
        ["UPDATE audit SET environments = '[]' WHERE seq = 1", 1],
        ['DELETE FROM audit WHERE seq = 2', 2],
        ['UPDATE audit SET seq = 9 WHERE seq = 3', 3],
      ] as const)('T73: shows %s', async ([sql, seq]) => {
        for (let n = 0; n < 4; n += 1) await audited({ environments: [{ key: 'production', from: 1, to: 2 }] });
        await harness.execute(sql);
        const verdict = verifyAudit(await store.audit({ limit: 10, ascending: true }));
        expect(verdict).toMatchObject({ kind: 'broken', seq });
      });

      test('T73: shows a cut tail against the head, and verifies blanked content', async () => {
        for (let n = 0; n < 4; n += 1) await audited();
        await harness.execute('UPDATE audit SET content = NULL WHERE seq < 3');
        const head = await store.auditHead();
        expect(verifyAudit(await store.audit({ limit: 10, ascending: true }))).toEqual({ kind: 'intact', head });
        await harness.execute('DELETE FROM audit WHERE seq = 4');
        const verdict = verifyAudit(await store.audit({ limit: 10, ascending: true }));
        expect(verdict).toMatchObject({ kind: 'intact', head: { seq: 3 } });
        expect(head.seq).toBe(4);
      });

      test('is filtered by every column, by document, flag and environment, and paged in both directions', async () => {
        const documents = [{ kind: 'flag-config', id: 'doc-1', key: 'dark', revision: 3 }] as const;
        await audited({ actor: 'member:bob', at: START + 10, changeId: 'c1', documents });
        await audited({ project: null, origin: 'ui', at: START + 20, changeId: 'c2' });
        await audited({
          at: START + 30,
          changeId: 'c3',
          environments: [{ key: 'production', from: 4, to: 5 }],
          documents: [{ kind: 'segment', id: 'doc-2', key: 'dark', revision: 1 }],
        });
        const found = async (filter: object) => (await store.audit({ limit: 10, ...filter })).map(({ seq }) => seq);
        expect(await found({})).toEqual([3, 2, 1]);
        expect(await found({ actor: 'member:bob' })).toEqual([1]);
        expect(await found({ project: 'shop' })).toEqual([3, 1]);
        expect(await found({ origin: 'ui' })).toEqual([2]);
        expect(await found({ changeId: 'c3' })).toEqual([3]);
        expect(await found({ from: START + 20 })).toEqual([3, 2]);
        expect(await found({ to: START + 20 })).toEqual([1]);
        expect(await found({ flag: 'dark' })).toEqual([1]);
        expect(await found({ document: { kind: 'segment', id: 'doc-2' } })).toEqual([3]);
        expect(await found({ environment: 'production', project: 'shop' })).toEqual([3]);
        expect(await found({ after: 3, limit: 1 })).toEqual([2]);
        expect(await found({ after: 1, ascending: true })).toEqual([2, 3]);
        expect(await store.auditCount({})).toBe(3);
        expect(await store.auditCount({ environment: 'production', project: 'shop' })).toBe(1);
      });
    });

    describe('a remembered answer', () => {
      const answer = {
        key: 'k',
        principal: 'token:t',
        request: 'r',
        status: 200,
        body: { versions: { a: 1 } },
        at: START,
      };

      test('is found again by the same principal for a day', async () => {
        await store.write([], (tx) => tx.remember(answer));
        expect(await store.remembered('token:t', 'k')).toEqual(answer);
        expect(await store.remembered('token:other', 'k')).toBeNull();
        now = START + DAY;
        expect(await store.remembered('token:t', 'k')).toBeNull();
        const later = { ...answer, request: 'r2', at: now };
        await store.write([], (tx) => tx.remember(later));
        expect(await store.remembered('token:t', 'k')).toEqual(later);
      });

      test('lets only one of two simultaneous requests apply', async () => {
        const apply = (key: string) =>
          store.write([], async (tx) => {
            await tx.put(flag(key), {}, 0);
            await tx.remember({ ...answer, request: key });
          });
        const outcomes = await Promise.allSettled([apply('one'), apply('two')]);
        expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
        expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({
          refusal: { code: 'idempotency-conflict' },
        });
        expect(await store.documents('flag')).toHaveLength(1);
      });
    });

    test('keeps the figures of a delivery per replica, the latest of each', async () => {
      const row = {
        environment: 'env-1',
        version: 7,
        replica: 'one',
        connected: 3,
        applied: 1,
        gone: 0,
        browsersSent: 1,
        browsersApplied: 0,
        sketch: { '12': 1 },
        slowestMs: 12,
        updatedAt: START,
      };
      await store.putDelivery(row);
      await store.putDelivery({ ...row, replica: 'another' });
      await store.putDelivery({ ...row, applied: 3, sketch: { '12': 2, '40': 1 }, updatedAt: START + 250 });
      expect(await store.delivery('env-1', 7)).toEqual([
        { ...row, replica: 'another' },
        { ...row, applied: 3, sketch: { '12': 2, '40': 1 }, updatedAt: START + 250 },
      ]);
      expect(await store.delivery('env-1', 8)).toEqual([]);
    });

    test('keeps sessions until they are removed by cookie or by member', async () => {
      const row = { hash: 'h1', member: 'ann', csrf: 'c', createdAt: START, seenAt: START };
      await store.write([], async (tx) => {
        await tx.putSession(row);
        await tx.putSession({ ...row, hash: 'h2' });
        await tx.putSession({ ...row, hash: 'h3', member: 'bob' });
      });
      await store.touchSession('h1', START + 5);
      expect(await store.session('h1')).toEqual({ ...row, seenAt: START + 5 });
      await store.removeSessions({ hash: 'h1' });
      expect(await store.session('h1')).toBeNull();
      await store.removeSessions({ member: 'ann' });
      expect(await store.session('h2')).toBeNull();
      expect(await store.session('h3')).not.toBeNull();
    });

    test('lets a device wait until it is answered once, and ends it once', async () => {
      const row = {
        device: 'd1',
        code: 'BCDFGHJK',
        name: 'laptop',
        address: '::1',
        answer: null,
        createdAt: START,
        askedAt: START,
        intervalMs: 5_000,
      };
      expect(await store.beginDevice(row)).toBe(true);
      expect(await store.beginDevice({ ...row, device: 'd2' })).toBe(false);
      expect(await store.deviceLogin({ device: 'd2' })).toBeNull();
      await store.touchDevice('d1', { askedAt: START + 5, intervalMs: 10_000 });
      const touched = { ...row, askedAt: START + 5, intervalMs: 10_000 };
      expect(await store.deviceLogin({ code: 'BCDFGHJK' })).toEqual(touched);
      expect(await store.deviceLogin({ device: 'd1' })).toEqual(touched);
      const answer = (text: string) => store.write([], (tx) => tx.answerDevice('d1', text));
      expect([await answer('"yes"'), await answer('"no"')]).toEqual([true, false]);
      expect(await store.deviceLogin({ device: 'd1' })).toEqual({ ...touched, answer: '"yes"' });
      const end = () => store.write([], (tx) => tx.endDevice('d1'));
      expect([await end(), await end()]).toEqual([true, false]);
      expect(await store.deviceLogin({ device: 'd1' })).toBeNull();
    });

    test('raises the access version when someone says that access has changed', async () => {
      const before = await store.accessVersion();
      await store.write([], (tx) => tx.touchAccess());
      expect(await store.accessVersion()).toBe(before + 1);
    });

    test('calls its watchers after each committed write until they leave', async () => {
      let calls = 0;
      const leave = store.watch(() => {
        calls += 1;
      });
      await store.write([], (tx) => tx.put(flag('f'), {}, 0));
      expect(calls).toBeGreaterThan(0);
      leave();
      const before = calls;
      await store.write([], (tx) => tx.put(flag('g'), {}, 0));
      expect(calls).toBe(before);
    });

    test('tells the time of the database', async () => {
      expect(Math.abs((await store.databaseTime()) - Date.now())).toBeLessThan(5_000);
    });

    test('has no snapshot of an environment that does not exist', async () => {
      expect(await store.snapshot('nowhere')).toBeNull();
      expect(await store.heads(['nowhere'])).toEqual([]);
    });

    test('keeps everything over a restart', async () => {
      const environment = await anEnvironment('env-1');
      await publish(environment, [flagItem('f', 1)]);
      await audited();
      const before = await store.snapshot(environment);
      await store.close();
      store = await harness.open(() => now);
      expect(await store.snapshot(environment)).toEqual(before);
      expect((await audited()).seq).toBe(2);
    });

    describe('pruning', () => {
      test('keeps the last 1,000 versions, and whatever is younger than seven days', async () => {
        const environment = await anEnvironment('env-1');
        await harness.execute(
          `WITH RECURSIVE n(v) AS (SELECT 2 UNION ALL SELECT v + 1 FROM n WHERE v < 1202)
           INSERT INTO env_change (env_id, version, change_id, ops, bytes, digest, urgent, at)
           SELECT '${environment}', v, 'c', '[]', 2, '', ${store.dialect === 'sqlite' ? '0' : 'false'}, ${START} + v FROM n`,
        );
        await harness.execute('UPDATE env SET version = 1202');
        const oldest = async () => (await store.changesSince(environment, 0, 1))[0]?.version;
        await store.prune(START + 7 * DAY);
        expect(await oldest()).toBe(2);
        await store.prune(START + 7 * DAY + 100);
        expect(await oldest()).toBe(101);
        await store.prune(START + 8 * DAY);
        expect(await oldest()).toBe(203);
      });

      test('keeps at most 64 MiB of changes per environment', async () => {
        const environment = await anEnvironment('env-1');
        for (let n = 1; n <= 5; n += 1) await publish(environment, [flagItem('f', n)]);
        await harness.execute(`UPDATE env_change SET bytes = ${30 * 1024 * 1024}`);
        await store.prune(START);
        expect((await store.changesSince(environment, 0, 10)).map(({ version }) => version)).toEqual([5, 6]);
      });

      test('forgets answers after a day and sessions after 12 idle hours or seven days', async () => {
        const session = { member: 'ann', csrf: 'c', createdAt: START, seenAt: START };
        await store.write([], async (tx) => {
          await tx.putSession({ ...session, hash: 'idle' });
          await tx.putSession({ ...session, hash: 'busy', seenAt: START + 7 * DAY - 1 });
          await tx.remember({ key: 'k', principal: 'p', request: 'r', status: 200, body: 1, at: START });
        });
        await store.prune(START + 12 * HOUR);
        expect(await store.session('idle')).toBeNull();
        expect(await store.session('busy')).not.toBeNull();
        expect(await store.remembered('p', 'k')).not.toBeNull();
        await store.prune(START + 7 * DAY);
        expect(await store.session('busy')).toBeNull();
        expect(await store.remembered('p', 'k')).toBeNull();
      });

      test('forgets devices that nobody has let in for ten minutes', async () => {
        const row = { code: 'BCDFGHJK', name: '', address: '', answer: null, askedAt: START, intervalMs: 5_000 };
        await store.beginDevice({ ...row, device: 'old', createdAt: START });
        await store.beginDevice({ ...row, device: 'new', code: 'BCDFGHJL', createdAt: START + 1 });
        await store.prune(START + HOUR / 6);
        expect(await store.deviceLogin({ device: 'old' })).toBeNull();
        expect(await store.deviceLogin({ device: 'new' })).not.toBeNull();
      });
    });
  });
}
