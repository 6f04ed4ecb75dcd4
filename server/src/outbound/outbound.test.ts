import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../test-clock.ts';
import { createOutbound, type OutboundOptions } from './http-outbound.ts';
import type { OutboundAnswer } from './outbound.ts';

/** Something inside that nobody may reach: counts who tries, and says what it is told to. */
interface Canary {
  readonly port: number;
  readonly connections: () => number;
  readonly received: () => string;
  say(answer: ((socket: Socket) => void) | string): void;
  close(): Promise<void>;
}

async function openCanary(host = '127.0.0.1'): Promise<Canary> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let received = '';
  let answer: (socket: Socket) => void = () => undefined;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as { port: number }).port,
    connections: () => connections,
    received: () => received,
    say(said) {
      answer = typeof said === 'string' ? (socket) => socket.end(said) : said;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let canary: Canary;
let clock: ManualClock;
beforeEach(async () => {
  canary = await openCanary();
  clock = createManualClock(Date.parse('2026-03-01T00:00:00Z'));
});
afterEach(() => canary.close());

function outbound(options: Partial<OutboundOptions> = {}) {
  const resolve = () => Promise.resolve(['127.0.0.1']);
  return createOutbound({ clock, allow: [], slackOrigin: null, resolve, ...options });
}

const OPENED = { allow: ['127.0.0.0/8'] };
const post = (url: string) => ({ method: 'POST', url, body: '{"a":1}' }) as const;
const here = (path = '/') => `http://inside.example:${canary.port}${path}`;

describe('addresses inside are not reached', () => {
  /** Ways to write loopback, private, link-local, shared and special addresses that URL parsers agree to. */
  const V4 = [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0x7f.0x0.0x0.0x1',
    '0177.0000.0000.0001',
    '127.0.0.1.',
    '127.255.255.254',
    '%31%32%37.0.0.1',
    '127%2e0%2e0%2e1',
    '127。0。0。1',
    '127．0．0．1',
    '127｡0｡0｡1',
    '１２７.0.0.1',
    '①②⑦.⓪.⓪.①',
    '0.0.0.0',
    '0',
    '0x0',
    '00',
    '0.0.0.1',
    '10.0.0.1',
    '012.1.2.3',
    '167772161',
    '10.255.255.255',
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '168.63.129.16',
    '169.254.0.1',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0xa9.0xfe.0xa9.0xfe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '169.16689662',
    '169.254.170.2',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.257',
    '3232235777',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '4294967295',
  ];
  const V6 = [
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[0:0:0:0:0:ffff:7f00:0001]',
    '[::ffff:8.8.8.8]',
    '[::127.0.0.1]',
    '[::10.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::1]',
    '[100::1]',
    '[2001::1]',
    '[2001:0:7f00:1::]',
    '[2001:10::1]',
    '[2001:db8::1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2002:c0a8:101::]',
    '[3fff::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fdff::1]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[ff05::2]',
    '[5f00::1]',
    '[4000::1]',
  ];
  const NAMES = ['localhost', 'localhost.', 'LOCALHOST', 'metadata.google.internal', 'a.example', '127.0.0.1.nip.io'];
  const URLS = [
    ...[...V4, ...V6, ...NAMES].flatMap((host) => [
      `https://${host}/`,
      `http://${host}/`,
      `https://${host}:CANARY/x?y=1`,
      `http://${host}:CANARY/x`,
    ]),
    'https://user@127.0.0.1:CANARY/',
    'https://example.com@127.0.0.1:CANARY/',
    'https://127.0.0.1:CANARY@example.com/',
    'https://user:pass@hooks.slack.com/',
    'https://127.0.0.1:CANARY\\@example.com/',
    'https:127.0.0.1:CANARY',
    'https:\\\\127.0.0.1:CANARY/',
    'https:/127.0.0.1:CANARY',
    '\thttps://127.0.0.1:CANARY/',
    'ht\ntps://127.0.0.1:CANARY/',
    'file:///etc/passwd',
    'ftp://127.0.0.1:CANARY/',
    'gopher://127.0.0.1:CANARY/_x',
    'unix:/var/run/docker.sock',
    'data:text/plain,hello',
    'javascript:alert(1)',
    'ws://127.0.0.1:CANARY/',
    '//127.0.0.1:CANARY/',
    '127.0.0.1:CANARY',
    'https://',
    'https://[::1',
    'https://1.1.1.1:0/',
    'https://1.1.1.1:22/',
    'https://1.1.1.1:25/',
    'https://1.1.1.1:65536/',
    'http://1.1.1.1/',
    `https://example.com/${'x'.repeat(2_048)}`,
    '',
  ];

  test('however they are written: of over 200 addresses none is connected to', async () => {
    const client = outbound();
    expect(URLS.length).toBeGreaterThan(200);
    for (const raw of URLS) {
      const url = raw.replace('CANARY', String(canary.port));
      expect([url, await client.send(post(url))]).toMatchObject([url, { kind: 'refused' }]);
      expect([url, await client.problemOf(url)]).toEqual([url, expect.stringMatching(/^its? /)]);
    }
    expect(canary.connections()).toBe(0);
  });

  test.for<[what: string, answer: readonly string[]]>([
    ['loopback', ['127.0.0.1']],
    ['one of them inside', ['93.184.216.34', '10.0.0.1']],
    ['public in IPv4, inside in IPv6', ['93.184.216.34', '::1']],
    ['public in IPv6, inside in IPv4', ['2606:2800:220:1::1', '169.254.169.254']],
    ['mapped', ['::ffff:127.0.0.1']],
    ['of one interface', ['fe80::1%eth0']],
    ['what is no address', ['localhost']],
  ])('nor by names whose look-up answers what leads inside: %s', async ([, answer]) => {
    const client = outbound({ resolve: () => Promise.resolve(answer) });
    expect(await client.send(post('https://public.example/'))).toMatchObject({ kind: 'refused' });
    expect(canary.connections()).toBe(0);
  });

  test('nor by a name whose answer flips between the check and the connection: it is looked up once', async () => {
    let asked = 0;
    const resolve = () => Promise.resolve([asked++ === 0 ? '127.0.0.2' : '127.0.0.1']);
    const sent = await outbound({ resolve, allow: ['127.0.0.2'] }).send(post(here()));
    expect(sent).toMatchObject({ kind: 'unreachable' });
    expect(asked).toBe(1);
    expect(canary.connections()).toBe(0);
  });

  test('nor by a redirect: it is an answer like another', async () => {
    const inner = await openCanary();
    canary.say(`HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${inner.port}/\r\nContent-Length: 0\r\n\r\n`);
    expect(await outbound(OPENED).send(post(here()))).toMatchObject({ kind: 'answered', status: 302 });
    expect(inner.connections()).toBe(0);
    await inner.close();
  });

  test('nor where a network next to theirs is opened', async () => {
    const client = outbound({ allow: ['127.0.0.2', '10.0.0.0/8'] });
    expect(await client.send(post(here()))).toMatchObject({ kind: 'refused' });
    expect(canary.connections()).toBe(0);
  });
});

describe('public addresses', () => {
  test.for<[url: string, problem: RegExp | null]>([
    ['https://hooks.example.com/a?b=c', null],
    ['https://hooks.example.com:8443/', null],
    ['https://1.1.1.1/', null],
    ['https://[2606:4700:4700::1111]/', null],
    ['https://bücher.example/', null],
    ['http://hooks.example.com/', /https/],
    ['https://hooks.example.com:8080/', /443 or 8443/],
  ])('%s has the problem %s', async ([url, problem]) => {
    const found = await outbound({ resolve: async () => ['93.184.216.34'] }).problemOf(url);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });

  test('are asked by their name: certificate and Host are those of the address as it was given', async () => {
    const sending = outbound(OPENED).send(post(`https://inside.example:${canary.port}/`));
    // The first message of TLS names the server in the clear.
    await expect.poll(() => canary.received()).toContain('inside.example');
    clock.moveTo(clock.now() + 5_000);
    expect(await sending).toMatchObject({ kind: 'unreachable' });
  });
});

describe("Slack's address", () => {
  test.for<[url: string, isSlack: boolean]>([
    ['https://hooks.slack.com/services/T/B/x', true],
    ['https://slack.com/api/x', false],
    ['https://hooks.slack.com:8443/services', false],
    ['http://hooks.slack.com/services', false],
    ['https://hooks.slack.com.evil.example/', false],
    ['https://evil.example/hooks.slack.com', false],
    ['https://files.slack.com/', false],
    ['https://hooks.slack.com./services', false],
  ])('%s is taken for it: %s', async ([url, isSlack]) => {
    const client = outbound({ resolve: async () => ['93.184.216.34'] });
    expect((await client.problemOf(url, { isSlack: true })) === null).toBe(isSlack);
  });

  test('moves to the origin that the environment names, and then no other is taken', async () => {
    canary.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    const client = outbound({ slackOrigin: `http://127.0.0.1:${canary.port}` });
    const url = `http://127.0.0.1:${canary.port}/services/x`;
    expect(await client.send({ ...post(url), isSlack: true })).toMatchObject({ kind: 'answered', status: 200 });
    expect(await client.problemOf('https://hooks.slack.com/x', { isSlack: true })).toMatch(/must begin with http:/);
    expect(await client.problemOf(url)).toMatch(/not public/);
  });
});

describe('an address of the settings', () => {
  test('may lie inside, and opens nothing beside it', async () => {
    canary.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    const client = outbound({});
    const url = `http://127.0.0.1:${canary.port}/api/v1/query`;
    expect(await client.send({ ...post(url), isOwn: true })).toMatchObject({ kind: 'answered', status: 200 });
    expect(await client.send(post(url))).toMatchObject({ kind: 'refused' });
  });
});

describe('what becomes of a request', () => {
  const sent = (url = here()): Promise<OutboundAnswer> => outbound(OPENED).send(post(url));

  test('the other side gets it as it was meant, and its answer comes back', async () => {
    canary.say('HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nlater');
    expect(await sent(here('/path?q=1'))).toEqual({ kind: 'answered', status: 429, retryAfter: 7, body: 'later' });
    expect(canary.received()).toMatch(/^POST \/path\?q=1 HTTP\/1\.1\r\n/);
    expect(canary.received()).toContain(`host: inside.example:${canary.port}\r\n`);
    expect(canary.received()).toMatch(/\r\n\r\n\{"a":1\}$/);
  });

  test.for<[header: string, seconds: number | null]>([
    ['Sun, 01 Mar 2026 00:01:00 GMT', 60],
    ['Sat, 28 Feb 2026 00:00:00 GMT', 0],
    ['soon', null],
  ])('a wish to wait until "%s" is %s seconds', async ([header, seconds]) => {
    canary.say(`HTTP/1.1 503 Busy\r\nRetry-After: ${header}\r\nContent-Length: 0\r\n\r\n`);
    expect(await sent()).toMatchObject({ kind: 'answered', retryAfter: seconds });
  });

  test('nobody there: it was not sent', async () => {
    const { port } = canary;
    await canary.close();
    expect(await sent(`http://inside.example:${port}/`)).toMatchObject({ kind: 'unreachable' });
    canary = await openCanary();
  });

  test('a name that cannot be looked up: it was not sent', async () => {
    const client = outbound({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await client.send(post('https://nowhere.example/'))).toMatchObject({ kind: 'unreachable' });
  });

  test('a look-up without an end: it was not sent', async () => {
    const client = outbound({ resolve: () => new Promise(() => undefined) });
    const sending = client.send(post('https://slow.example/'));
    clock.moveTo(clock.now() + 5_000);
    expect(await sending).toMatchObject({ kind: 'unreachable' });
  });

  test('the connection is reset after the body: nobody knows', async () => {
    canary.say((socket) => socket.resetAndDestroy());
    expect(await sent()).toMatchObject({ kind: 'ambiguous' });
  });

  test('no answer for five seconds: nobody knows', async () => {
    const sending = sent();
    await expect.poll(() => canary.received()).toContain('{"a":1}');
    clock.moveTo(clock.now() + 5_000);
    expect(await sending).toEqual({ kind: 'ambiguous', reason: 'no answer in time' });
  });

  test.for<[what: string, bytes: string]>([
    ['is no HTTP', 'hello\r\n\r\n'],
    ['wants another protocol', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['has headers without an end', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(20_000)}`],
  ])('an answer that %s: nobody knows', async ([, bytes]) => {
    canary.say(bytes);
    expect(await sent()).toMatchObject({ kind: 'ambiguous' });
  });

  test('an answer without an end has told its status, and 64 KiB of it are read', async () => {
    canary.say((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.write('x'.repeat(1_000_000));
    });
    const answer = await sent();
    expect(answer).toMatchObject({ kind: 'answered', status: 200 });
    expect(answer.kind === 'answered' && answer.body.length).toBe(65_536);
  });

  test('an answer that stops in the middle has told its status', async () => {
    canary.say('HTTP/1.1 404 Gone\r\nContent-Length: 10\r\n\r\nabc');
    expect(await sent()).toMatchObject({ kind: 'answered', status: 404, body: 'abc' });
  });

  test('reasons name no address: some are secrets', async () => {
    canary.say((socket) => socket.resetAndDestroy());
    expect(JSON.stringify(await sent(here('/services/SECRET')))).not.toMatch(/SECRET|inside|127/);
    await canary.close();
    expect(JSON.stringify(await sent(here('/services/SECRET')))).not.toMatch(/SECRET|inside|127/);
    canary = await openCanary();
  });
});
