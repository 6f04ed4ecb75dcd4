import type { FastifyReply } from 'fastify';
import type { Api } from './api.ts';
import { codePage, codesPage, ERROR_STYLE } from './error-pages.ts';
import { errorPolicy } from './headers.ts';
import type { RoutePolicy } from './route.ts';

const PUBLIC: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };
const HIDDEN = { config: { policy: PUBLIC, anyPath: true as const }, schema: { hide: true } };

/** What to do about the codes that SDKs tell: their errors name these pages as `docs`. */
export function registerErrorRoutes(api: Api): void {
  api.get('/errors', HIDDEN, (_request, reply) => send(reply, codesPage('Codes of the SDKs', 'errors/')));
  api.get('/errors/:code', HIDDEN, (request, reply) => {
    const { code } = request.params as { readonly code: string };
    const page = codePage(code.toUpperCase());
    return page === null ? send(reply.code(404), codesPage('There is no such code', '')) : send(reply, page);
  });
}

function send(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .headers({ 'content-security-policy': errorPolicy(ERROR_STYLE), 'cache-control': 'public, max-age=300' })
    .type('text/html; charset=utf-8')
    .send(page);
}
