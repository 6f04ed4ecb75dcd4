import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type BrowserSocket, openBrowserSocket } from '../support/browser-socket.ts';
import { ENVIRONMENT, type FlagWorld, flagWorld } from '../support/flag-world.ts';
import { ATTEMPTS, expectBelow } from '../support/least.ts';
import { startReplicas } from '../support/replicas.ts';
import type { Service } from '../support/start-service.ts';

/** Two processes over one PostgreSQL: a page may be at either. */

const HERE = `/api/v1/projects/default/environments/${ENVIRONMENT}`;
const PAGES = 1_000;
/** For a kill to be at the last of them, and for a key to be out of use everywhere. */
const LIMIT_MS = 5_000;

let one: Service;
let two: Service;
let world: FlagWorld;
beforeAll(async () => {
  [one, two] = await startReplicas(inject('pgUrl'));
  world = flagWorld(one);
  for (let i = 0; i < ATTEMPTS; i += 1) await world.flag({ key: `flag-${i}`, clientSide: true });
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
});

async function clientKey(): Promise<{ readonly id: string; readonly secret: string }> {
  const { body } = await one.admin.send<{ document: { id: string }; secret: string }>('POST', `${HERE}/sdk-keys`, {
    body: { name: 'pages', kind: 'client' },
  });
  return { id: body.document.id, secret: body.secret };
}

/** The other replica hears of a key a little later. */
async function page(service: Service, key: string, context: object = { key: 'u1' }): Promise<BrowserSocket> {
  for (;;) {
    const socket = await openBrowserSocket({ url: service.url, key });
    socket.hello({ context });
    const welcomed = await socket.take('values').catch(() => null);
    if (welcomed !== null) return socket;
    socket.close();
  }
}

describe('two replicas', () => {
  test('T44: give up within five seconds the pages of a key that one of them revokes', async () => {
    await expectBelow({ ms: LIMIT_MS }, async () => {
      const key = await clientKey();
      const pages = [await page(one, key.secret), await page(two, key.secret)];
      const revokedAt = performance.now();
      await one.admin.send('DELETE', `${HERE}/sdk-keys/${key.id}`);
      const codes = await Promise.all(pages.map(async ({ closed }) => (await closed).code));
      expect(codes).toEqual([4401, 4401]);
      return { ms: performance.now() - revokedAt };
    });
  });

  test('bring a kill to a thousand pages at once, and count them on a line of their own', async () => {
    const key = await clientKey();
    const pages = await Promise.all(
      Array.from({ length: PAGES }, (_, i) => page(i % 2 === 0 ? one : two, key.secret, { key: `u${i}` })),
    );
    const environments = await one.app.store.documents('environment');
    const environment = environments.find(({ key: name }) => name === ENVIRONMENT)?.id ?? '';
    let kills = 0;
    await expectBelow({ max: LIMIT_MS }, async () => {
      const flag = `flag-${kills}`;
      kills += 1;
      const took: number[] = [];
      const startedAt = performance.now();
      const told = pages.map(async (socket) => {
        const frame = await socket.take('values');
        took.push(performance.now() - startedAt);
        socket.send({ t: 'ack', v: frame.v, applyUs: 0, heldMs: 0 });
        return frame;
      });
      await world.kill(flag);
      const frames = await Promise.all(told);
      took.sort((a, b) => a - b);
      const [p50, max] = [took[PAGES / 2] ?? 0, took.at(-1) ?? 0];
      console.log(`kill → ${PAGES} pages at two replicas: p50 ${p50.toFixed(0)} ms, max ${max.toFixed(0)} ms`);
      expect(frames.every(({ urgent, put }) => urgent === true && put.length === 1 && put[0]?.value === false)).toBe(
        true,
      );
      await expect
        .poll(async () => (await one.app.hub.delivery(environment, frames[0]?.v ?? 0))?.browsers, { timeout: 30_000 })
        .toEqual({ connected: PAGES, applied: PAGES });
      return { max };
    });
    for (const socket of pages) socket.close();
  });
});
