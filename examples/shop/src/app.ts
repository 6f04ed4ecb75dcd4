import type { FlagsClient } from '@glidepath/sdk-node';
import { flagsPlugin } from '@glidepath/sdk-node/fastify';
import Fastify, { type FastifyInstance } from 'fastify';
import { findProduct, products } from './catalogue.ts';
import { banner, pageSize } from './flags.ts';
import { checkoutPage, shopPage } from './pages.ts';
import { visitorOf } from './visitor.ts';

/** The shop: two pages, and which checkout it served as a header for those who count. */
export function buildShop(flags: FlagsClient): FastifyInstance {
  const shop = Fastify();
  // Every request has its flags, which stay as they are until it ends; how it ended is told of each that it has read.
  shop.register(flagsPlugin, { client: flags, context: visitorOf });

  shop.get('/', async ({ flags }, reply) => {
    reply.type('text/html');
    return shopPage(products.slice(0, flags.variation(pageSize)), flags.variation(banner));
  });

  shop.get<{ Params: { product: string } }>('/checkout/:product', async ({ flags, params }, reply) => {
    const product = findProduct(params.product);
    if (!product) return reply.code(404).send({ error: 'no such product' });
    // Where the new checkout fails, this visitor gets the old one; where it fails often, everybody does.
    return flags.guard(
      'new-checkout',
      false,
      (isNew) => {
        reply.header('x-checkout', isNew ? 'new' : 'old').type('text/html');
        return checkoutPage(product, isNew);
      },
      { operation: 'checkout', recover: 'fallback', breaker: true },
    );
  });

  return shop;
}
