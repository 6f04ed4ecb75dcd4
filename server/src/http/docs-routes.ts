import { randomBytes } from 'node:crypto';
import swagger from '@fastify/swagger';
import fastify from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from './api.ts';
import { docsPolicy } from './headers.ts';
import { tidyOpenapi } from './openapi.ts';
import type { RoutePolicy } from './route.ts';

const PUBLIC: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };
const HIDDEN = { config: { policy: PUBLIC }, schema: { hide: true } };
const DOCS = '/api/docs';
const NONCE_PLACE = '__DOCS_NONCE__';

/** Must stand before the routes that it is to describe. */
export async function describeRoutes(api: Api): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Glidepath',
        version: __VERSION__,
        description: 'Feature flags: projects, environments, flags, segments, keys, people and the audit log.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'An API token `gp_api_…`' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-glidepath_session' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** The description of the API for machines, and a page of it for people. */
export function registerDocsRoutes(api: Api): void {
  let page: Promise<Viewer> | null = null;
  let description: object | null = null;
  api.get('/api/openapi.json', HIDDEN, async () => {
    description ??= tidyOpenapi(api.swagger());
    return description;
  });
  for (const path of [DOCS, `${DOCS}/`, `${DOCS}/js/scalar.js`]) {
    api.get(path, HIDDEN, async (_request, reply) => {
      page ??= openViewer();
      const { html, script } = await page;
      if (path.endsWith('.js')) {
        return reply
          .header('cache-control', 'public, max-age=3600')
          .type('text/javascript; charset=utf-8')
          .send(script);
      }
      const nonce = randomBytes(16).toString('base64url');
      return reply
        .header('content-security-policy', docsPolicy(nonce))
        .type('text/html; charset=utf-8')
        .send(html.replaceAll(NONCE_PLACE, nonce));
    });
  }
}

interface Viewer {
  readonly html: string;
  readonly script: Buffer;
}

/** The viewer's package is large and seldom needed, so it is loaded when somebody looks for the first time. */
async function openViewer(): Promise<Viewer> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const viewer = fastify();
  await viewer.register(scalar, {
    routePrefix: DOCS,
    configuration: {
      url: '/api/openapi.json',
      nonce: NONCE_PLACE,
      cdn: `${DOCS}/js/scalar.js`,
      pageTitle: 'Glidepath API',
      withDefaultFonts: false,
      // Everything of the viewer that would lead to somebody else's service.
      telemetry: false,
      showDeveloperTools: 'never',
      hideClientButton: true,
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  const [html, script] = await Promise.all([viewer.inject(`${DOCS}/`), viewer.inject(`${DOCS}/js/scalar.js`)]);
  await viewer.close();
  return { html: html.body, script: script.rawPayload };
}
