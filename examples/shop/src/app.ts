import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { findProduct, products } from './catalogue.ts';
import type { ShopFlags, Visitor } from './flags.ts';
import { checkoutPage, shopPage } from './pages.ts';

/** The shop: two pages, and what it served to whom as JSON for those who count. */
export function buildShop(flags: ShopFlags): FastifyInstance {
  const shop = Fastify();

  shop.get('/', async (request, reply) => {
    const visitor = visitorOf(request);
    reply.type('text/html');
    return shopPage(products.slice(0, flags.pageSize(visitor)), flags.banner(visitor));
  });

  shop.get<{ Params: { product: string } }>('/checkout/:product', async (request, reply) => {
    const product = findProduct(request.params.product);
    if (!product) return reply.code(404).send({ error: 'no such product' });
    const isNew = flags.newCheckout(visitorOf(request));
    reply.header('x-checkout', isNew ? 'new' : 'old').type('text/html');
    return checkoutPage(product, isNew);
  });

  return shop;
}

/** A real shop would read a session; this one believes what the visitor says. */
function visitorOf(request: FastifyRequest): Visitor {
  const { visitor, country } = request.query as Record<string, unknown>;
  return {
    key: typeof visitor === 'string' && visitor !== '' ? visitor : request.ip,
    country: typeof country === 'string' ? country : 'NL',
  };
}
