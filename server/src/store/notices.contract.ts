import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NoticeInput, NoticeOutcome, RoutedEvent } from './notices.ts';
import type { Harness } from './store.contract.ts';
import type { OutboxEntry, Store } from './store.ts';

const START = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;

const entry = (id: string, at = START): OutboxEntry => ({ id, topic: 'flag-killed', at, body: { id } });
const aNotice = (notice: Partial<NoticeInput> = {}): NoticeInput => ({
  channel: 'ops',
  event: 'flag-killed',
  title: 'checkout was killed',
  body: { flag: 'checkout' },
  at: START,
  isAlone: true,
  ...notice,
});
const DELIVERED: NoticeOutcome = { state: 'delivered', doubts: 0, dueAt: START, settledAt: START, lastError: null };
const FAILED: NoticeOutcome = { ...DELIVERED, state: 'failed', lastError: 'answered 404' };

/** What every backend must do with messages to the outside. */
export function describeNotices(name: string, makeHarness: () => Promise<Harness>): void {
  describe(`notices on ${name}`, () => {
    let harness: Harness;
    let store: Store;

    beforeAll(async () => {
      harness = await makeHarness();
      store = await harness.open(() => START);
    });
    afterEach(() => harness.execute('DELETE FROM notice; DELETE FROM outbox'));
    afterAll(async () => {
      await store.close();
      await harness.dispose();
    });

    const enqueue = (...entries: readonly OutboxEntry[]) => store.write([], (tx) => tx.enqueue(entries));
    const waiting = (channel = 'ops') => store.waitingNotices(channel, 100);
    const titles = async (channel?: string) => (await waiting(channel)).map(({ title }) => title);

    /** Lets these notices wait, in this order. */
    async function route(...notices: readonly Partial<NoticeInput>[]): Promise<void> {
      await enqueue(...notices.map((_, i) => entry(`e${i}`)));
      await store.routeEvents(notices.map((notice, i) => ({ entry: `e${i}`, notices: [aNotice(notice)] })));
    }

    describe('events', () => {
      test('wait in the order in which they were told, also those of one moment, until they are routed', async () => {
        await enqueue(entry('m'), entry('z'));
        await enqueue(entry('a'), entry('k', START + 1));
        const events = await store.waitingEvents(3);
        expect(events).toEqual([entry('m'), entry('z'), entry('a')]);
        await store.routeEvents(events.map(({ id }) => ({ entry: id, notices: [] })));
        await enqueue(entry('b'));
        expect(await store.waitingEvents(10)).toEqual([entry('k', START + 1), entry('b')]);
      });

      test('become a notice for each channel that wants them, in order', async () => {
        await enqueue(entry('one'), entry('two'));
        await store.routeEvents([
          { entry: 'one', notices: [aNotice({ title: '1' }), aNotice({ channel: 'other', title: '1' })] },
          { entry: 'two', notices: [aNotice({ title: '2', event: 'changed', isAlone: false, at: START + 1 })] },
        ]);
        expect(await titles('other')).toEqual(['1']);
        expect(await waiting()).toMatchObject([
          { ...aNotice({ title: '1' }), state: 'waiting', attempts: 0, doubts: 0, dueAt: START, isInFlight: false },
          { event: 'changed', title: '2', isAlone: false, body: { flag: 'checkout' } },
        ]);
        expect(await store.waitingChannels()).toHaveLength(2);
      });

      test('are routed once, however many do it at a time', async () => {
        const entries = Array.from({ length: 40 }, (_, n) => entry(`e${String(n).padStart(2, '0')}`));
        await enqueue(...entries);
        const routed = entries.map(({ id }): RoutedEvent => ({ entry: id, notices: [aNotice({ title: id })] }));
        const shares = [routed, routed.slice(0, 25), routed.slice(10)];
        await Promise.all(shares.map((share) => store.routeEvents(share)));
        expect((await titles()).toSorted()).toEqual(entries.map(({ id }) => id));
      });
    });

    describe('a notice', () => {
      test('is taken by one of many, and by nobody else before the lease is over', async () => {
        await route({ title: '1' }, { title: '2' });
        const notices = await waiting();
        const claims = Array.from({ length: 5 }, () => store.claimNotices({ notices, until: START + 30_000 }));
        expect((await Promise.all(claims)).filter((won) => won)).toHaveLength(1);
        const [head, second] = await waiting();
        expect(head).toMatchObject({
          attempts: 1,
          doubts: 0,
          isInFlight: true,
          batch: head!.id,
          dueAt: START + 30_000,
        });
        expect(second).toMatchObject({ attempts: 1, isInFlight: true, batch: head!.id });
        expect(await store.waitingChannels()).toEqual([{ channel: 'ops', dueAt: START + 30_000 }]);
        // Its lease is over and it was not settled: somebody may have sent it.
        expect(await store.claimNotices({ notices: await waiting(), until: START + 90_000 })).toBe(true);
        expect((await waiting())[0]).toMatchObject({ attempts: 2, doubts: 1 });
      });

      test('is settled together with those that travelled with it', async () => {
        await route({ title: '1' }, { title: '2' }, { title: '3' });
        const notices = await waiting();
        await store.claimNotices({ notices: notices.slice(0, 2), until: START + 30_000 });
        const ids = notices.slice(0, 2).map(({ id }) => id);
        await store.settleNotices(ids, { ...DELIVERED, doubts: 1, settledAt: START + 5 });
        expect(await titles()).toEqual(['3']);
        const listed = await store.notices({ channel: 'ops', limit: 10 });
        expect(listed.map(({ title, state }) => [title, state])).toEqual([
          ['3', 'waiting'],
          ['2', 'delivered'],
          ['1', 'delivered'],
        ]);
        expect(listed[2]).toMatchObject({ doubts: 1, settledAt: START + 5, isInFlight: false, attempts: 1 });
      });

      test('that failed waits again when it is retried, before all that came after it, still marked as doubtful', async () => {
        await route({ title: '1' }, { title: '2' });
        const [first] = await waiting();
        await store.settleNotices([first!.id], { ...FAILED, doubts: 2 });
        expect(await titles()).toEqual(['2']);
        expect(await store.retryNotice('other', first!.id, START)).toBe(false);
        expect(await store.retryNotice('ops', first!.id, START + 7)).toBe(true);
        expect(await store.retryNotice('ops', first!.id, START + 7)).toBe(false);
        expect((await waiting())[0]).toMatchObject({ title: '1', doubts: 1, dueAt: START + 7, settledAt: null });
      });

      test('is listed page by page, and counted by state', async () => {
        await route(...Array.from({ length: 5 }, (_, n) => ({ title: String(n) })));
        const [first] = await waiting();
        await store.settleNotices([first!.id], FAILED);
        const page = await store.notices({ channel: 'ops', limit: 2 });
        expect(page.map(({ title }) => title)).toEqual(['4', '3']);
        const next = await store.notices({ channel: 'ops', limit: 10, before: page[1]!.id });
        expect(next.map(({ title }) => title)).toEqual(['2', '1', '0']);
        expect(await store.notices({ channel: 'ops', state: 'failed', limit: 9 })).toHaveLength(1);
        expect(await store.noticeCount({ channel: 'ops', state: 'waiting' })).toBe(4);
        expect(await store.noticeCount({ channel: 'ops' })).toBe(5);
      });

      test('is forgotten thirty days after it was settled; what waits never is', async () => {
        await route({ title: '1' }, { title: '2' });
        const [first] = await waiting();
        await store.settleNotices([first!.id], DELIVERED);
        await store.prune(START + 30 * DAY - 1);
        expect(await store.noticeCount({ channel: 'ops' })).toBe(2);
        await store.prune(START + 400 * DAY);
        expect(await titles()).toEqual(['2']);
        expect(await store.noticeCount({ channel: 'ops' })).toBe(1);
      });
    });
  });
}
