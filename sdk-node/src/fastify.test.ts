import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { type FastifyFlagsOptions, flagsPlugin } from './fastify.ts';
import { aRollout, aVisitor, mediansWhere, type Rollout, type Visitor } from './testing-requests.ts';

interface Shop extends Rollout {
  readonly app: FastifyInstance;
  readonly visitor: Visitor;
}

const open: Shop[] = [];
afterEach(async () => {
  for (const { app, visitor } of open.splice(0)) {
    visitor[Symbol.dispose]();
    await app.close();
  }
});

async function aShop(options: Partial<FastifyFlagsOptions> = {}): Promise<Shop> {
  const rollout = aRollout();
  const { flags } = rollout;
  const app = Fastify();
  const context = ({ headers }: { headers: Record<string, unknown> }) => ({ key: String(headers['x-user-id']) });
  void app.register(flagsPlugin, { client: flags, context, ...options });
  // Registered beside it: the plugin is for the whole application.
  app.get('/items/:id', async (request) => ({ isNew: request.flags.variation('new-checkout', false) }));
  app.post('/pay', async (request) => {
    await new Promise(setImmediate);
    const isNew = flags.current().variation('new-checkout', false);
    if ((request.body as { fails?: boolean }).fails) throw new RangeError('of u-1: no such card');
    return { isNew };
  });
  app.get('/refused', async (request) => {
    request.flags.variation('new-checkout', false);
    throw Object.assign(new Error('not for you'), { statusCode: 403 });
  });
  app.get('/down', async (request, reply) => {
    request.flags.variation('new-checkout', false);
    return reply.code(503).send({});
  });
  app.get('/quiet', async () => ({}));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const shop = { ...rollout, app, visitor: aVisitor(app.server.address()) };
  open.push(shop);
  return shop;
}

const AT_MOST_TIMES_BARE = 2;

describe('S20: behind `flagsPlugin`', () => {
  test('how requests ended is attributed to the variations that they read, by the pattern of their route', async () => {
    const { visitor, health } = await aShop();
    for (const id of ['7', '8', 'secret-9']) await visitor.ask('GET', `/items/${id}?token=t`);
    await visitor.ask('POST', '/pay', {});
    expect(await visitor.ask('POST', '/pay', { fails: true })).toMatchObject({ status: 500 });
    await visitor.ask('GET', '/refused');
    await visitor.ask('GET', '/down');
    await visitor.ask('GET', '/quiet');
    await visitor.ask('GET', '/nowhere/secret-9');
    const told = health().map(({ op, n, err, kinds, arm, shards }) => [
      op,
      n,
      err,
      kinds,
      arm !== undefined,
      shards?.n.length,
    ]);
    expect(told).toEqual([
      ['GET /down', 1, 1, { 503: 1 }, true, 32],
      ['GET /items/:id', 3, 0, undefined, true, 32],
      ['GET /refused', 1, 0, undefined, true, 32],
      ['POST /pay', 2, 1, { RangeError: 1 }, true, 32],
    ]);
  });

  test('what a cookie of the request overrides holds for that request', async () => {
    const { visitor, health } = await aShop();
    const { isNew } = JSON.parse((await visitor.ask('GET', '/items/1')).text);
    const cookie = `glidepath-overrides=${encodeURIComponent(JSON.stringify({ 'new-checkout': !isNew }))}`;
    const other = { status: 200, text: JSON.stringify({ isNew: !isNew }) };
    expect(await visitor.ask('GET', '/items/1', undefined, cookie)).toEqual(other);
    expect(await visitor.ask('POST', '/pay', {}, cookie)).toEqual(other);
    expect(health()).toMatchObject([{ op: 'GET /items/:id', n: 1 }]);
  });

  test('requests that are skipped have flags all the same', async () => {
    const { visitor, health } = await aShop({ skip: ({ url }) => url.startsWith('/items') });
    expect((await visitor.ask('GET', '/items/1')).status).toBe(200);
    expect(health()).toEqual([]);
  });

  test('what the application says goes, and where it throws nothing fails', async () => {
    const told = await aShop({ operation: () => 'shop', isError: () => true });
    await told.visitor.ask('GET', '/items/1');
    expect(told.health()).toMatchObject([{ op: 'shop', n: 1, err: 1, kinds: { 200: 1 } }]);
    const fail = (): never => {
      throw new Error('mine');
    };
    const thrown = await aShop({ context: fail, operation: fail, isError: fail, skip: fail });
    expect(await thrown.visitor.ask('GET', '/items/1')).toMatchObject({ status: 200 });
    expect(thrown.health()).toMatchObject([{ op: 'GET /items/:id', n: 1, err: 0, var: 'off' }]);
  });

  test('requests take about as long as without', async () => {
    const { visitor } = await aShop();
    const bare = Fastify();
    bare.get('/items/:id', async () => ({ isNew: false }));
    await bare.listen({ port: 0, host: '127.0.0.1' });
    using other = aVisitor(bare.server.address());
    const asks = [() => other.ask('GET', '/items/1'), () => visitor.ask('GET', '/items/1')] as const;
    const [without, within] = await mediansWhere(asks, ([bareUs, ourUs]) => ourUs < AT_MOST_TIMES_BARE * bareUs);
    await bare.close();
    console.log(`S20: fastify answers in ${without.toFixed(0)} us, with flags in ${within.toFixed(0)} us`);
    expect(within / without).toBeLessThan(AT_MOST_TIMES_BARE);
  });
});
