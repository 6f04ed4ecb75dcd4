import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusedError } from '../errors.ts';
import type { Api } from './api.ts';
import { uiPolicy } from './headers.ts';
import type { RoutePolicy } from './route.ts';

const PUBLIC: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };
const HIDDEN = { config: { policy: PUBLIC }, schema: { hide: true } };

/** What is not the UI's: an unknown path below one of these is an error for machines, not a page for people. */
const MACHINES = /^\/(api|sdk|client|ofrep|relay|admin|hooks|health|metrics|panic|assets)(\/|$)/;
const COMMAND_PAGE = /^(\/p\/[^/]+)?\/cli$/;
const NONCE_PLACE = /__STYLE_NONCE__/g;

/** Answers paths that no route knows: the UI's page for people, a problem for everybody else. */
export type AnswerUnknown = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Serves the built admin UI from `folder`; without one (null) there is none, and the API works all the same. */
export async function registerUi(api: Api, folder: string | null): Promise<AnswerUnknown> {
  const page = folder === null ? null : pageOf(folder);
  if (folder === null || page === null) return refuseUnknown;
  await api.register(fastifyStatic, { root: folder, serve: false, index: false, cacheControl: false });
  for (const file of topLevelFiles(folder)) {
    api.get(`/${file}`, HIDDEN, (_request, reply) => sendFile(reply, file, 'public, max-age=300'));
  }
  // Their names change with their content.
  api.get('/assets/*', HIDDEN, (request, reply) => {
    const { '*': file } = request.params as { readonly '*': string };
    return sendFile(reply, `assets/${file}`, 'public, max-age=31536000, immutable');
  });
  return (request, reply) => (wantsPage(request) ? sendPage(request, reply, page) : refuseUnknown(request));
}

function pageOf(folder: string): string | null {
  const file = path.join(folder, 'index.html');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function topLevelFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'index.html' && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
}

function sendFile(reply: FastifyReply, file: string, caching: string): FastifyReply {
  return reply.header('cache-control', caching).sendFile(file);
}

function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && !MACHINES.test(url.split('?')[0] ?? url) && (headers.accept?.includes('text/html') ?? false);
}

function sendPage({ url }: FastifyRequest, reply: FastifyReply, page: string): FastifyReply {
  const isForCommand = COMMAND_PAGE.test(url.split('?')[0] ?? url);
  const nonce = randomBytes(16).toString('base64url');
  return reply
    .header('content-security-policy', uiPolicy(nonce, isForCommand))
    .type('text/html; charset=utf-8')
    .send(page.replace(NONCE_PLACE, nonce));
}

function refuseUnknown({ method, url }: FastifyRequest): never {
  throw new RefusedError({
    code: 'not-found',
    detail: `There is no ${method} ${url.split('?')[0]?.slice(0, 256)}. /api/docs lists every route.`,
  });
}
