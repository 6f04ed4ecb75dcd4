import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CODE_LIMITS, type CodeReference, type CodeScan, type FlagReminder } from './lifecycle.ts';
import type { Harness } from './store.contract.ts';
import type { Store } from './store.ts';

const START = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;

const at = (line: number, place: Partial<CodeReference> = {}): CodeReference => ({
  path: 'src/cart.ts',
  line,
  call: 'variation',
  removable: true,
  hash: `h${line}`,
  context: null,
  ...place,
});

function aScan({ places = {}, ...scan }: Partial<Omit<CodeScan, 'places'>> & { places?: Places } = {}): CodeScan {
  return {
    project: 'shop',
    repository: 'github.com/acme/shop',
    branch: 'main',
    commit: 'c0ffee',
    scannedAt: START,
    urlTemplate: 'https://github.com/acme/shop/blob/{commit}/{path}#L{line}',
    uploadedBy: 'token:ci',
    places: new Map(Object.entries(places)),
    remembered: new Set(['dark-mode', 'new-cart']),
    ...scan,
  };
}
type Places = Readonly<Record<string, readonly CodeReference[]>>;

/** What every backend must do with code references, reminders, digests and the daily figures of flags. */
export function describeLifecycle(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`the lives of flags on ${name}`, () => {
    let harness: Harness;
    let store: Store;

    beforeEach(async () => {
      harness = await makeHarness();
      store = await harness.open(() => START);
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    const replace = (scan: Parameters<typeof aScan>[0]) => store.write([], (tx) => tx.replaceReferences(aScan(scan)));
    const linesOf = async (flag: string) =>
      (await store.codeReferences('shop', flag)).map(({ repository, path, line }) => `${repository}/${path}:${line}`);

    describe('a scan', () => {
      test('is read back by flag, in the order of repositories, paths and lines, byte for byte', async () => {
        const context = "if (on) {\n  \u0000 'ünï' \ud83d\n}";
        const odd = at(7, { path: 'a "b".ts', removable: false, context });
        await replace({ repository: 'z', places: { 'dark-mode': [at(3)] } });
        await replace({ repository: 'y', urlTemplate: null, places: { 'dark-mode': [at(9), at(2), odd] } });
        expect(await store.codeReferences('shop', 'dark-mode')).toEqual([
          { ...odd, repository: 'y' },
          { ...at(2), repository: 'y' },
          { ...at(9), repository: 'y' },
          { ...at(3), repository: 'z' },
        ]);
        expect(await store.codeRepositories('shop')).toMatchObject([
          { repository: 'y', count: 3, urlTemplate: null, commit: 'c0ffee', branch: 'main', uploadedBy: 'token:ci' },
          { repository: 'z', count: 1, project: 'shop', scannedAt: START },
        ]);
        expect(await store.codeFlags('shop')).toMatchObject([
          { repository: 'y', flag: 'dark-mode', count: 3, byHand: 1 },
          { repository: 'z', flag: 'dark-mode', count: 1, byHand: 0 },
        ]);
        expect(await store.codeReferences('other', 'dark-mode')).toEqual([]);
      });

      test('replaces the one before of its repository, and no other', async () => {
        await replace({ places: { 'dark-mode': [at(1), at(2)], 'new-cart': [at(5)] } });
        await replace({ repository: 'b', places: { 'dark-mode': [at(8)] } });
        const later = { scannedAt: START + DAY, commit: 'beef', branch: 'trunk' };
        await replace({ ...later, places: { 'dark-mode': [at(2)], 'new-cart': [at(6)] } });
        expect(await linesOf('dark-mode')).toEqual(['b/src/cart.ts:8', 'github.com/acme/shop/src/cart.ts:2']);
        expect(await linesOf('new-cart')).toEqual(['github.com/acme/shop/src/cart.ts:6']);
        expect(await store.codeRepositories('shop')).toMatchObject([{}, { ...later, count: 2 }]);
      });

      test('that is older than what is known alters nothing, and the same one again may come', async () => {
        await replace({ scannedAt: START + DAY, places: { 'dark-mode': [at(1)] } });
        expect(await replace({ commit: 'beef' })).toMatchObject({ kind: 'older', newest: { commit: 'c0ffee' } });
        expect(await linesOf('dark-mode')).toHaveLength(1);
        const before = [await store.codeFlags('shop'), await store.codeRepositories('shop')];
        const again = await replace({ scannedAt: START + DAY, places: { 'dark-mode': [at(1)] } });
        expect(again).toEqual({ kind: 'replaced' });
        expect([await store.codeFlags('shop'), await store.codeRepositories('shop')]).toEqual(before);
      });

      test('tells when a key came, when it was seen last, and with which commit it went', async () => {
        const days = [0, 1, 2, 3].map((n) => START + n * DAY) as [number, number, number, number];
        await replace({ scannedAt: days[0], places: { 'dark-mode': [at(1)] } });
        await replace({ scannedAt: days[1], places: { 'dark-mode': [at(1)] } });
        const there = { firstSeenAt: days[0], lastSeenAt: days[1], goneAt: null, goneCommit: null, count: 1 };
        expect(await store.codeFlags('shop', 'dark-mode')).toMatchObject([there]);
        await replace({ scannedAt: days[2], commit: 'beef' });
        await replace({ scannedAt: days[3], commit: 'f00d' });
        const gone = { ...there, goneAt: days[2], goneCommit: 'beef', count: 0, byHand: 0 };
        expect(await store.codeFlags('shop', 'dark-mode')).toMatchObject([gone]);
        expect(await linesOf('dark-mode')).toEqual([]);
        await replace({ scannedAt: days[3] + 1, places: { 'dark-mode': [at(1)] } });
        expect(await store.codeFlags('shop', 'dark-mode')).toMatchObject([{ ...there, lastSeenAt: days[3] + 1 }]);
      });

      test('forgets at once what has gone and is of no flag', async () => {
        await replace({ places: { nobodys: [at(1)], 'dark-mode': [at(2)] } });
        await replace({ scannedAt: START + 1 });
        expect((await store.codeFlags('shop')).map(({ flag }) => flag)).toEqual(['dark-mode']);
      });

      test('beyond the limits is refused, and alters nothing', async () => {
        const many = (n: number) => Array.from({ length: n }, (_, line) => at(line + 1));
        await replace({ repository: 'a', places: { 'dark-mode': many(CODE_LIMITS.references - 10) } });
        await replace({ repository: 'b', places: { 'dark-mode': many(9), 'new-cart': many(1) } });
        const tooMany = replace({ repository: 'b', scannedAt: START + 1, places: { 'dark-mode': many(11) } });
        await expect(tooMany).rejects.toMatchObject({ refusal: { code: 'too-large' } });
        await expect(replace({ repository: 'c', places: { x: many(1) } })).rejects.toThrow('20001 code references');
        expect(await store.codeRepositories('shop')).toMatchObject([{}, { count: 10, scannedAt: START }]);
        await replace({ project: 'other', places: { 'dark-mode': many(1) } });
      });

      test('of one repository too many is refused until one is forgotten', async () => {
        await store.write([], async (tx) => {
          for (let n = 0; n < CODE_LIMITS.repositories; n += 1)
            await tx.replaceReferences(aScan({ repository: `r${n}` }));
        });
        await expect(replace({ repository: 'one-more' })).rejects.toThrow('200 repositories, which is the most');
        await replace({ repository: 'r7', scannedAt: START + 1, places: { 'dark-mode': [at(1)] } });
        const forget = (repository: string) => store.write([], (tx) => tx.forgetRepository('shop', repository));
        expect([await forget('r7'), await forget('r7')]).toEqual([true, false]);
        expect(await store.codeFlags('shop')).toEqual([]);
        await replace({ repository: 'one-more' });
      });

      test('wins by its time when many come at once', async () => {
        const scans = Array.from({ length: 8 }, (_, n) => START + ((n * 5) % 8));
        await Promise.all(
          scans.map((scannedAt) => replace({ scannedAt, places: { 'dark-mode': [at(scannedAt - START + 1)] } })),
        );
        expect(await linesOf('dark-mode')).toEqual(['github.com/acme/shop/src/cart.ts:8']);
      });
    });

    describe('a reminder', () => {
      const nothing: FlagReminder = {
        project: 'shop',
        flag: 'dark-mode',
        keepUntil: null,
        keepBy: null,
        keepReason: null,
        nudgedAt: null,
        nudges: 0,
        escalatedAt: null,
        askedAt: null,
        revision: 0,
      };
      const put = (reminder: FlagReminder) => store.write([], (tx) => tx.putReminder(reminder));

      test('is empty until something is said, and is read back as it was written', async () => {
        expect(await store.reminder('shop', 'dark-mode')).toEqual(nothing);
        const kept = { ...nothing, keepUntil: START + DAY, keepBy: 'member:ann', keepReason: 'the fair', nudges: 2 };
        expect(await put(kept)).toBe(true);
        expect(await store.reminder('shop', 'dark-mode')).toEqual({ ...kept, revision: 1 });
        await put({ ...nothing, flag: 'a', nudgedAt: START, escalatedAt: START + 1, askedAt: START + 2 });
        await put({ ...nothing, project: 'other' });
        expect((await store.reminders('shop')).map(({ flag }) => flag)).toEqual(['a', 'dark-mode']);
      });

      test('is written by one of those who have read the same', async () => {
        for (const revision of [0, 1]) {
          const tries = Array.from({ length: 6 }, (_, nudges) => put({ ...nothing, nudges, revision }));
          expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
        }
        expect(await put(nothing)).toBe(false);
        expect((await store.reminder('shop', 'dark-mode')).revision).toBe(2);
      });
    });

    describe('a digest', () => {
      const claim = (slot: number, project = 'shop') => store.write([], (tx) => tx.claimDigest(project, slot));

      test('is sent once for a time, and never for an earlier one', async () => {
        expect(await store.digestSlot('shop')).toBeNull();
        const claims = await Promise.all(Array.from({ length: 6 }, () => claim(START)));
        expect(claims.filter(Boolean)).toHaveLength(1);
        expect(await claim(START - 1)).toBe(false);
        expect([await claim(START, 'other'), await claim(START + 1)]).toEqual([true, true]);
        await replace({ places: { 'dark-mode': [at(1)] } });
        expect(await store.digestSlot('shop')).toBe(START + 1);
      });

      test('is still due where its transaction failed', async () => {
        const failing = store.write([], async (tx) => {
          await tx.claimDigest('shop', START);
          throw new Error('something broke');
        });
        await expect(failing).rejects.toThrow('something broke');
        expect(await claim(START)).toBe(true);
      });
    });

    test('days are kept for a year and more, the last word on each counts, and so long is gone code remembered', async () => {
      for (const [day, live] of [
        [START, 3],
        [START - DAY, 1],
        [START, 4],
        [START - 400 * DAY, 9],
      ] as const)
        await store.putLifecycleDay('shop', { day, live, stale: 2, ready: 1 });
      await store.putLifecycleDay('other', { day: START, live: 7, stale: 0, ready: 0 });
      await replace({ places: { 'dark-mode': [at(1)], 'new-cart': [at(2)] } });
      await replace({ scannedAt: START + 1, places: { 'new-cart': [at(2)] } });
      await replace({ scannedAt: START + 2 });
      await store.prune(START);
      const trend = await store.lifecycleTrend('shop', START - 500 * DAY);
      expect(trend.map(({ day, live }) => [day, live])).toEqual([
        [START - DAY, 1],
        [START, 4],
      ]);
      expect(await store.lifecycleTrend('shop', START)).toEqual([{ day: START, live: 4, stale: 2, ready: 1 }]);
      await store.prune(START + 1 + 400 * DAY);
      expect((await store.codeFlags('shop')).map(({ flag }) => flag)).toEqual(['new-cart']);
    });
  });
}
