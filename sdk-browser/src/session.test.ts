import { describe, expect, test } from 'vitest';
import { clockOf } from './page.ts';
import { createSession } from './session.ts';
import { allValues, type TestPage, testPage, WELCOME } from './testing-page.ts';
import type { BrowserClientOptions } from './types.ts';
import type { Held } from './values.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ADA = { context: { user: { key: 'ada' } }, anon: 'a1' };
const BOB = { context: { user: { key: 'bob' } }, anon: 'a1' };
const SENDER = { sdk: 'browser/test', inst: 'i1', id: 'gp_cli_1' };

function aSession(page: TestPage, mode: BrowserClientOptions['mode'] = 'stream', held: Held | null = null) {
  const told = {
    values: [] as unknown[],
    connections: [] as string[],
    problems: [] as string[],
    frames: [] as string[],
  };
  /** What the session emits, by its name. */
  const hear: Readonly<Record<string, (payload: never) => void>> = {
    status({ state, connection }: { state: string; connection: string }) {
      const name = /unauthorized|degraded/.test(state) ? state : connection;
      if (told.connections.at(-1) !== name) told.connections.push(name);
    },
    error: ({ code }: { code: string }) => void told.problems.push(code),
    in: (text: string) => void told.frames.push(`in ${text.split('"')[3]}`),
    out: (text: string) => void told.frames.push(`out ${text.split('"')[3]}`),
  };
  const [look, , , identify, pause, resume] = createSession(
    page.page,
    clockOf(page.page),
    'https://flags.example.com',
    { clientKey: 'gp_cli_1', context: ADA.context, mode } as BrowserClientOptions,
    SENDER,
    true,
    (code, message) => ({ code, message, retryable: /^GP1[12]/.test(code), docs: `/errors/${code}` }),
    (event, payload) => hear[event]?.(payload as never),
    () => 'a1',
    () => held,
    (_fingerprint, { v, flags }) => {
      told.values.push([look().source, v, Object.fromEntries([...flags].map(([key, { value }]) => [key, value]))]);
    },
    { used: new Map(), turn: () => undefined, touch: () => true },
  );
  return { identify, pause, resume, told, isStale: () => look().stale };
}

const kindsOf = (page: TestPage): readonly string[] => page.socket.frames.map(({ t }) => t);

describe('a stream', () => {
  test('says who it is for, is given the values and acknowledges them a little later', async () => {
    const page = testPage();
    const { told } = aSession(page);
    expect(page.socket.url).toBe('wss://flags.example.com/client/v1/stream');
    page.socket.accept();
    expect(page.socket.frames).toEqual([{ t: 'hello', proto: 1, ...SENDER, n: 0, ...ADA, basis: null }]);
    page.socket.tell(WELCOME);
    page.socket.tell(allValues({ a: true, b: 'x' }));
    expect(told.values).toEqual([['stream', 1, { a: true, b: 'x' }]]);
    expect(told.connections).toEqual(['disconnected', 'streaming']);
    expect(kindsOf(page)).toEqual(['hello']);
    await page.advance(500);
    expect(page.socket.frames[1]).toMatchObject({ t: 'ack', v: 1, heldMs: 250 });
    expect(told.frames).toEqual(['out hello', 'in welcome', 'in values', 'out ack']);
  });

  test('acknowledges what is urgent at once', () => {
    const page = testPage();
    aSession(page);
    page.socket.accept();
    page.socket.tell(allValues({ a: false }, { urgent: true }));
    expect(kindsOf(page)).toEqual(['hello', 'ack']);
  });

  test('is told what is held already, and given only what differs', () => {
    const page = testPage();
    const flags = new Map([['a', { value: true, variation: 'on', rev: 1 }]]);
    const { told } = aSession(page, 'stream', { epoch: 'e1', v: 4, flags });
    page.socket.accept();
    expect(page.socket.frames[0]).toMatchObject({ basis: { epoch: 'e1', v: 4 } });
    page.socket.tell(allValues({ b: 1 }, { full: false, v: 5, count: 2 }));
    expect(told.values).toEqual([['stream', 5, { a: true, b: 1 }]]);
  });

  test('that says another count than there is, is asked for all anew, and cut when that does not fit either', () => {
    const page = testPage();
    const { told } = aSession(page);
    page.socket.accept();
    page.socket.tell(allValues({ a: 1 }, { count: 2 }));
    expect(page.socket.frames.slice(1)).toEqual([
      { t: 'nack', v: 1, code: 'GP1104' },
      { t: 'identify', n: 1, ...ADA },
    ]);
    expect(told.connections).toEqual(['disconnected', 'degraded']);
    page.socket.tell(allValues({ a: 1 }, { count: 2, n: 1 }));
    expect(page.socket.isOpen).toBe(false);
    expect(told.values).toEqual([]);
  });

  test('that cannot be read is asked for all anew', () => {
    const page = testPage();
    const { told } = aSession(page);
    page.socket.accept();
    page.socket.tell('{"t":"values"');
    page.socket.tell(allValues({ a: 1 }, { n: 1 }));
    expect(told.problems).toEqual(['GP1104']);
    expect(told.values).toEqual([['stream', 1, { a: 1 }]]);
  });

  test('answers heartbeats, which may say that what is held is right at a later version', () => {
    const page = testPage();
    const { told } = aSession(page);
    page.socket.accept();
    page.socket.tell(allValues({ a: 1 }));
    page.socket.tell({ t: 'hb', v: 7 });
    expect(kindsOf(page)).toEqual(['hello', 'hb']);
    expect(told.values.at(-1)).toEqual(['stream', 7, { a: 1 }]);
    page.socket.tell({ t: 'hb', v: 6 });
    expect(kindsOf(page)).toEqual(['hello', 'hb', 'hb', 'nack', 'identify']);
  });

  test('drops answers for somebody that nobody asks for any more', () => {
    const page = testPage();
    const { identify, told } = aSession(page);
    page.socket.accept();
    void identify(BOB.context);
    page.socket.tell(allValues({ a: 'for ada' }, { n: 0 }));
    page.socket.tell(allValues({ a: 'for bob' }, { n: 1 }));
    expect(page.socket.frames.at(-1)).toEqual({ t: 'identify', n: 1, ...BOB });
    expect(told.values).toEqual([['stream', 1, { a: 'for bob' }]]);
  });

  test('that falls silent for a minute is left', async () => {
    const page = testPage();
    const { told } = aSession(page);
    page.socket.accept();
    page.socket.tell(allValues({ a: 1 }));
    await page.advance(59 * SECOND);
    expect(page.socket.isOpen).toBe(true);
    await page.advance(SECOND);
    expect(told.problems).toEqual(['GP1103']);
    expect(told.connections).toEqual(['disconnected', 'streaming', 'disconnected']);
  });

  test('that says goodbye is left within the time that the service gives, for another one', async () => {
    const page = testPage();
    const { told } = aSession(page);
    page.socket.accept();
    page.socket.tell(allValues({ a: 1 }));
    page.socket.tell({ t: 'goodbye', reason: 'drain', spread: 20_000 });
    await page.advance(9 * SECOND);
    expect(page.sockets).toHaveLength(1);
    await page.advance(SECOND);
    expect(page.sockets).toHaveLength(2);
    expect(told.problems).toEqual([]);
  });
});

describe('a lost stream', () => {
  test('is tried again within 5 s, then after longer and longer, and replaced by polling after 5 failures', async () => {
    const page = testPage({ random: () => 0 });
    const { told } = aSession(page);
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      page.socket.close(1006);
      const before = page.sockets.length;
      let waited = 0;
      while (page.sockets.length === before && waited < 60 * SECOND) {
        await page.advance(500);
        waited += 500;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000]);
    expect(page.requests).toHaveLength(0);
    page.socket.close(1006);
    expect(page.requests).toHaveLength(1);
    expect(page.requests[0]).toMatchObject({
      url: 'https://flags.example.com/client/v1/evaluate',
      body: { id: 'gp_cli_1', ...ADA },
    });
    expect(told.connections).toEqual(['disconnected']);
  });

  test('makes what is held stale after a minute', async () => {
    const page = testPage();
    const { isStale } = aSession(page);
    page.forbidsSockets = true;
    page.socket.close(1006);
    await page.advance(MINUTE - 1);
    expect(isStale()).toBe(false);
    await page.advance(1);
    expect(isStale()).toBe(true);
  });

  test('that worked for a minute makes earlier failures forgotten', async () => {
    const page = testPage();
    aSession(page);
    for (let i = 0; i < 4; i += 1) {
      page.socket.close(1006);
      await page.advance(7 * SECOND);
      if (i < 3) continue;
      page.socket.accept();
      page.socket.tell(allValues({ a: 1 }));
      await page.advance(30 * SECOND);
      page.socket.tell({ t: 'hb', v: 1 });
      await page.advance(31 * SECOND);
    }
    page.socket.close(1006);
    expect(page.requests).toHaveLength(0);
  });
});

describe('polling', () => {
  test('starts when the stream brings nothing for 10 s, and ends when a later stream brings values', async () => {
    const page = testPage();
    const { told } = aSession(page);
    page.socket.accept();
    await page.advance(10 * SECOND);
    expect(page.socket.isOpen).toBe(false);
    page.requests[0]?.answer(200, { ...allValues({ a: 1 }), overrides: false });
    await page.settled();
    expect(told.values).toEqual([['poll', 1, { a: 1 }]]);
    expect(told.connections.at(-1)).toBe('polling');
    await page.advance(30 * SECOND);
    expect(page.requests[1]?.body).toMatchObject({ basis: { epoch: 'e1', v: 1 } });
    page.requests[1]?.answer(200, allValues({}, { full: false, v: 2, count: 1 }));
    await page.advance(5 * MINUTE - 30 * SECOND);
    expect(page.sockets).toHaveLength(2);
    page.socket.accept();
    page.socket.tell(allValues({ a: 2 }, { v: 3 }));
    const asked = page.requests.length;
    await page.advance(50 * SECOND);
    expect(page.requests).toHaveLength(asked);
    expect(told.connections.at(-1)).toBe('streaming');
  });

  test('takes longer and longer while there is no answer', async () => {
    const page = testPage();
    const { told } = aSession(page, 'poll');
    page.requests[0]?.answer(0);
    await page.advance(60 * SECOND);
    expect(page.requests).toHaveLength(2);
    page.requests[1]?.answer(503);
    await page.advance(60 * SECOND);
    expect(page.requests).toHaveLength(2);
    await page.advance(60 * SECOND);
    expect(page.requests).toHaveLength(3);
    expect(told.connections).toEqual(['disconnected']);
    expect(page.sockets).toHaveLength(0);
  });

  test('takes an error for no answer, whatever it holds, and keeps what is held', async () => {
    const page = testPage();
    const { told } = aSession(page, 'poll');
    page.requests[0]?.answer(200, allValues({ a: 1 }));
    await page.advance(30 * SECOND);
    page.requests[1]?.answer(429, allValues({ a: 2 }));
    await page.advance(59 * SECOND);
    expect(page.requests).toHaveLength(2);
    await page.advance(SECOND);
    expect(page.requests[2]?.body).toMatchObject({ basis: { epoch: 'e1', v: 1 } });
    expect([told.values, told.problems]).toEqual([[['poll', 1, { a: 1 }]], []]);
  });

  test('asks for all anew where an answer does not fit, also where it asks but once', async () => {
    const page = testPage();
    const flags = new Map([['a', { value: 1, variation: 'v', rev: 1 }]]);
    const { told } = aSession(page, 'once', { epoch: 'e1', v: 4, flags });
    page.requests[0]?.answer(200, allValues({}, { full: false, v: 5, count: 2 }));
    await page.advance(60 * SECOND);
    expect(told.problems).toEqual(['GP1104']);
    expect(page.requests[1]?.body).toMatchObject({ basis: null });
    page.requests[1]?.answer(200, allValues({ a: 2, b: 1 }));
    await page.settled();
    expect(told.values).toEqual([['poll', 1, { a: 2, b: 1 }]]);
  });

  test('once is enough where no more is asked for', async () => {
    const page = testPage();
    const { told } = aSession(page, 'once');
    page.requests[0]?.answer(200, allValues({ a: 1 }));
    await page.advance(60 * MINUTE);
    expect(told.values).toEqual([['poll', 1, { a: 1 }]]);
    expect(page.requests).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test.for([
    [4401, 'GP1401'],
    [4403, 'GP1410'],
  ] as const)('of a stream with %i is told as %s, and asked again after some minutes', async ([code, problem]) => {
    const page = testPage();
    const { told } = aSession(page);
    page.socket.accept();
    page.socket.close(code);
    expect(told.problems).toEqual([problem]);
    expect(told.connections).toEqual(['disconnected', 'unauthorized']);
    await page.advance(5 * MINUTE - 1);
    expect(page.sockets).toHaveLength(1);
    await page.advance(1);
    expect(page.sockets).toHaveLength(2);
    expect(page.requests).toHaveLength(0);
  });

  test('of somebody ends when somebody else is asked for', () => {
    const page = testPage();
    const { identify } = aSession(page);
    page.socket.close(4403);
    void identify(BOB.context);
    page.socket.accept();
    expect(page.socket.frames[0]).toMatchObject({ t: 'hello', n: 1, ...BOB });
  });
});

test('a paused session has nothing open and no timers, and goes on from what it holds', () => {
  const page = testPage();
  const { pause, resume } = aSession(page);
  page.socket.accept();
  page.socket.tell(allValues({ a: 1 }, { v: 9 }));
  pause();
  expect(page.socket.isOpen).toBe(false);
  expect(page.timers).toBe(0);
  resume();
  page.socket.accept();
  expect(page.socket.frames[0]).toMatchObject({ t: 'hello', basis: { v: 9 } });
});

test('the network coming back is not waited for', () => {
  const page = testPage({ random: () => 0.99 });
  const { resume } = aSession(page);
  page.socket.close(1006);
  resume();
  expect(page.sockets).toHaveLength(2);
  resume();
  expect(page.sockets).toHaveLength(2);
});

test('where sockets are forbidden, values are polled', async () => {
  const page = testPage();
  page.forbidsSockets = true;
  const { told } = aSession(page);
  await page.advance(60 * SECOND);
  page.requests[0]?.answer(200, allValues({ a: 1 }));
  await page.settled();
  expect(told.values).toEqual([['poll', 1, { a: 1 }]]);
});
