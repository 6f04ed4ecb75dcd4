import { createServer, type Server } from 'node:http';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { type ExpressFlagsOptions, flagsMiddleware } from './express.ts';
import { aRollout, aVisitor, mediansWhere, type Rollout, type Visitor } from './testing-requests.ts';

interface Shop extends Rollout {
  readonly server: Server;
  readonly visitor: Visitor;
}

const open: Shop[] = [];
afterEach(async () => {
  for (const { server, visitor } of open.splice(0)) {
    visitor[Symbol.dispose]();
    await new Promise((resolve) => server.close(resolve));
  }
});

function listening(app: express.Express): Promise<Server> {
  const server = createServer(app);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function aShop(options: Partial<ExpressFlagsOptions> = {}): Promise<Shop> {
  const rollout = aRollout();
  const { flags } = rollout;
  const app = express();
  const context = (request: Request) => ({ key: String(request.headers['x-user-id']) });
  app.use(flagsMiddleware({ client: flags, context, ...options }));
  // After it, so that the body is read within the scope.
  app.use(express.json());
  const read = (request: Request, response: Response): void => {
    response.json({ isNew: request.flags.variation('new-checkout', false) });
  };
  app.get('/items/:id', read);
  app.post('/pay', async (request, response) => {
    await new Promise(setImmediate);
    const isNew = flags.current().variation('new-checkout', false);
    if (request.body.fails) throw new RangeError('of u-1: no such card');
    response.json({ isNew });
  });
  app.get('/quiet', (_request, response) => {
    response.json({});
  });
  const orders = Router();
  orders.get('/latest', read);
  app.use('/api/v2/people/:person/orders', orders);
  app.use((_error: Error, _request: Request, response: Response, _next: NextFunction) => {
    response.status(500).json({});
  });
  const server = await listening(app);
  const shop = { ...rollout, server, visitor: aVisitor(server.address()) };
  open.push(shop);
  return shop;
}

const AT_MOST_TIMES_BARE = 2;

describe('S20: behind `flagsMiddleware`', () => {
  test('how requests ended is attributed to the variations that they read, by the pattern of their route', async () => {
    const { visitor, health } = await aShop();
    for (const id of ['7', '8', 'secret-9']) await visitor.ask('GET', `/items/${id}?token=t`);
    for (const person of ['alice', 'bob-7', 'c@example.com'])
      await visitor.ask('GET', `/api/v2/people/${person}/orders/latest`);
    await visitor.ask('POST', '/pay', {});
    expect(await visitor.ask('POST', '/pay', { fails: true })).toMatchObject({ status: 500 });
    await visitor.ask('GET', '/quiet');
    await visitor.ask('GET', '/nowhere/secret-9');
    const told = health().map(({ op, n, err, kinds, arm }) => [op, n, err, kinds, arm !== undefined]);
    expect(told).toEqual([
      ['GET /api/v2/people/:/orders/latest', 3, 0, undefined, true],
      ['GET /items/:id', 3, 0, undefined, true],
      ['POST /pay', 2, 1, { 500: 1 }, true],
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
    const { visitor, health } = await aShop({ skip: ({ path }) => path.startsWith('/items') });
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
    const app = express();
    app.use(express.json());
    app.get('/items/:id', (_request, response) => {
      response.json({ isNew: false });
    });
    const bare = await listening(app);
    using other = aVisitor(bare.address());
    const asks = [() => other.ask('GET', '/items/1'), () => visitor.ask('GET', '/items/1')] as const;
    const [without, within] = await mediansWhere(asks, ([bareUs, ourUs]) => ourUs < AT_MOST_TIMES_BARE * bareUs);
    bare.close();
    console.log(`S20: express answers in ${without.toFixed(0)} us, with flags in ${within.toFixed(0)} us`);
    expect(within / without).toBeLessThan(AT_MOST_TIMES_BARE);
  });
});
