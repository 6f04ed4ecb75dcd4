import { setTimeout as wait } from 'node:timers/promises';
import type { FlagsClient } from '@glidepath/sdk-node';
import { flagsPlugin } from '@glidepath/sdk-node/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { findProduct, products } from './catalogue.ts';
import type { ExpressCheckout } from './express.ts';
import { banner, pageSize } from './flags.ts';
import { checkoutPage, shopPage } from './pages.ts';
import { visitorOf } from './visitor.ts';

/** So that visitors spread anew over the instances now and then. */
const REQUESTS_PER_CONNECTION = 50;

/** The shop: two pages, and which checkout it served as a header for those who count. */
export function buildShop(flags: FlagsClient, express: ExpressCheckout | null): FastifyInstance {
  // While an instance ends it still serves what reaches it.
  const shop = Fastify({ maxRequestsPerSocket: REQUESTS_PER_CONNECTION, return503OnClosing: false });
  // Every request has its flags, which stay as they are until it ends; how it ended is told of each that it has read.
  shop.register(flagsPlugin, { client: flags, context: visitorOf });

  shop.get('/', async ({ flags }, reply) => {
    reply.type('text/html');
    return shopPage(products.slice(0, flags.variation(pageSize)), flags.variation(banner));
  });

  shop.get<{ Params: { product: string } }>('/checkout/:product', async (request, reply) => {
    const product = findProduct(request.params.product);
    if (!product) return reply.code(404).send({ error: 'no such product' });
    const checkout = async (isNew: boolean): Promise<string> => {
      const ownWay = isNew ? express : null;
      reply.header('x-checkout', ownWay ? 'new' : 'old').type('text/html');
      await (ownWay ? ownWay(visitorOf(request).key, pay) : pay());
      return checkoutPage(product, ownWay !== null);
    };
    if (!express) return checkout(false);
    // How each checkout ended is told by variation: a rollout goes by it. What has failed is not tried in the other way,
    // for somebody may have paid.
    return request.flags.guard('new-checkout', false, checkout, { operation: 'checkout' });
  });

  return shop;
}

/** What a payment provider takes. */
const pay = (): Promise<void> => wait(10 + 30 * Math.random());
