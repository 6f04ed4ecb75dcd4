import { randomUUID } from 'node:crypto';
import type { BrowserClientOptions } from '@glidepath/sdk-browser';
import type { FlagsClient } from '@glidepath/sdk-node';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './app.tsx';
import './flags.ts';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

export interface StorefrontOptions {
  readonly flags: FlagsClient;
  /** Where pages reach the flag service, and with which key. */
  readonly browser: Pick<BrowserClientOptions, 'url' | 'clientKey'>;
  /** The page, with a place for the app and one for what it starts from. */
  readonly template: string;
  /** By path. */
  readonly assets: ReadonlyMap<string, Asset>;
}

/** The pages arrive with the values that they will show: nothing flickers, and later changes stream in. */
export function buildStorefront({ flags, browser, template, assets }: StorefrontOptions): FastifyInstance {
  const server = Fastify();

  server.get('/', async (request, reply) => {
    const context = { user: { key: visitorOf(request, reply) } };
    const state = flags.allFlagsState(context);
    const options: BrowserClientOptions = { ...browser, context };
    const app = renderToString(
      <StrictMode>
        <App bootstrap={state.toJSON()} options={options} />
      </StrictMode>,
    );
    const start = state.toScriptTag() + dataTag('glidepath-options', options);
    reply.type('text/html').header('cache-control', 'no-store');
    return template.replace('<!--state-->', () => start).replace('<!--app-->', () => app);
  });

  server.get('/assets/*', async ({ url }, reply) => {
    const asset = assets.get(url);
    if (!asset) return reply.code(404).send({ error: 'no such file' });
    // Their names change with what is in them.
    return reply.type(asset.type).header('cache-control', 'public, max-age=31536000, immutable').send(asset.body);
  });

  return server;
}

/** Who visits: as the address says, else as the cookie does. A real shop would read a session. */
function visitorOf({ query, headers }: FastifyRequest, reply: FastifyReply): string {
  const { visitor } = query as Record<string, unknown>;
  if (typeof visitor === 'string' && visitor !== '') return visitor;
  const known = /(?:^|; )visitor=([\w-]+)/.exec(headers.cookie ?? '')?.[1];
  if (known !== undefined) return known;
  const key = randomUUID();
  reply.header('set-cookie', `visitor=${key}; path=/; max-age=31536000; samesite=lax; httponly`);
  return key;
}

const dataTag = (id: string, value: unknown): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;
