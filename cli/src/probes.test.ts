import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { checkKey } from './probes.ts';

const KEY = 'gp_srv_0123456789';

async function asking(answer: RequestListener): Promise<{ readonly found: string; readonly paths: readonly string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { found } = await checkKey(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, KEY);
  server.close();
  return { found, paths };
}

describe('the check of a server key', () => {
  test('is a finding where the connection breaks off, and not the end of the command', async () => {
    const { found } = await asking((request) => request.socket.destroy());
    expect(found).toMatch(/^it could not be tried: /);
  });

  test('follows nobody elsewhere', async () => {
    const { found, paths } = await asking((_request, response) =>
      response.writeHead(302, { location: '/elsewhere' }).end(),
    );
    expect(found).toBe('the service answered 302');
    expect(paths).toEqual(['/sdk/v1/payload']);
  });
});
