import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeviceLoginState } from '@glidepath/server/api-types';
import { describe, expect, test } from 'vitest';
import { signInByCode } from './device-login.ts';
import { newSeen, testOutside } from './testing-outside.ts';

type Reply = DeviceLoginState | 'broken' | 'too-many-requests';

const ALLOWED = { state: 'allowed', document: {}, secret: 'gp_api_mine' } as unknown as DeviceLoginState;
const PENDING: Reply = { state: 'pending', intervalSeconds: 5 };

/** Asks a service that answers so, one after the other. */
async function signingIn(replies: readonly Reply[], machine = 'laptop') {
  const left = [...replies];
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    asked.push(JSON.parse(body));
    response.setHeader('content-type', 'application/json');
    if (request.url === '/api/v1/device-logins') {
      const verificationUrl = 'https://flags.example.com/cli\u001b[2J';
      const begun = {
        deviceCode: 'd',
        userCode: 'BCDF-GHJK',
        verificationUrl,
        expiresInSeconds: 60,
        intervalSeconds: 5,
      };
      return response.writeHead(201).end(JSON.stringify(begun));
    }
    const reply = left.shift() ?? PENDING;
    if (reply === 'broken') return request.socket.destroy();
    if (reply === 'too-many-requests') return response.writeHead(429).end(JSON.stringify({ code: reply, status: 429 }));
    return response.end(JSON.stringify(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const waits: number[] = [];
  const notes: string[] = [];
  const base = testOutside({ machine }, newSeen());
  const outside = {
    ...base,
    async wait(ms: number) {
      waits.push(ms / 1_000);
      await base.wait(ms);
    },
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outcome = await signInByCode({ note: (line) => notes.push(line), outside }, url).catch(
    (error: unknown) => error,
  );
  server.close();
  server.closeAllConnections();
  return { outcome, waits, notes, asked };
}

describe('signing in by a code', () => {
  test('shows where to type it, and asks as often as it may until there is a token', async () => {
    const slower: Reply = { state: 'slow-down', intervalSeconds: 10 };
    const { outcome, waits, notes, asked } = await signingIn([PENDING, slower, PENDING, ALLOWED]);
    expect(outcome).toBe('gp_api_mine');
    expect(waits).toEqual([5, 5, 10, 5]);
    expect(notes).toEqual(['Open https://flags.example.com/cli\ufffd[2J in any browser and type the code BCDF-GHJK']);
    expect(asked.slice(0, 2)).toEqual([{ name: 'laptop' }, { deviceCode: 'd' }]);
  });

  test('asks once a second at most, whatever the service wants', async () => {
    const [often, never] = [0, null].map((intervalSeconds) => ({ state: 'pending', intervalSeconds }) as Reply);
    const { waits } = await signingIn([often!, never!, ALLOWED]);
    expect(waits).toEqual([5, 5, 5]);
  });

  test('outlives a network that is away, and a service that has too much to do', async () => {
    const { outcome, waits } = await signingIn(['broken', 'too-many-requests', ALLOWED]);
    expect(outcome).toBe('gp_api_mine');
    expect(waits).toEqual([5, 10, 15]);
  });

  test.for<[string, readonly Reply[], string]>([
    ['is turned away', [PENDING, { state: 'declined' }], 'refused'],
    ['is too late', [{ state: 'expired' }], 'timed-out'],
    ['hears nothing', [], 'timed-out'],
  ])('ends where it %s', async ([, replies, exit]) => {
    expect((await signingIn(replies)).outcome).toMatchObject({ exit });
  });

  test('tells a name that the service takes, whatever the machine is called', async () => {
    const { asked } = await signingIn([ALLOWED], `${'\u0007\u202e'}${'x'.repeat(100)}`);
    expect(asked[0]).toEqual({ name: 'x'.repeat(64) });
  });
});
