import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Basis, d8Of } from '@glidepath/core/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import type { StreamMetrics } from '../metrics/metrics.ts';
import type { Hub } from './hub.ts';
import { serverKeyOf } from './server-key.ts';
import type { Snapshot } from './snapshot.ts';

const querySchema = z.strictObject({
  since: z
    .string()
    .regex(/^[0-9a-f]{16}\.\d{1,16}$/, 'must be <epoch>.<version> as an earlier answer had them')
    .exactOptional()
    .describe('Answers what has changed since then, where that is shorter'),
});

const zipped = promisify(gzip);

export interface PayloadRouteDeps {
  readonly hub: Hub;
  readonly metrics: StreamMetrics;
}

/** `GET /sdk/v1/payload`: for SDKs that cannot stream, and for tools. */
export function registerPayloadRoutes(api: Api, { hub, metrics }: PayloadRouteDeps): void {
  const gzips = new WeakMap<Snapshot, Map<string, Promise<Buffer>>>();

  /** Zipped once per snapshot and text: a fleet that polls asks for the same again and again. */
  function gzipOf(snapshot: Snapshot, text: string): Promise<Buffer> {
    const made = gzips.get(snapshot) ?? new Map<string, Promise<Buffer>>();
    gzips.set(snapshot, made);
    const known = made.get(text) ?? zipped(text);
    made.set(text, known);
    return known;
  }

  /** Answers from memory, unless the asker knows more than this process. */
  async function answerTo(request: PayloadRequest, environment: string) {
    const served = hub.environment(environment);
    const answer = served && hub.dispatcher.poll(basisOf(request, served), served, false);
    if (served !== null && answer !== null && answer.kind !== 'read-primary') return { snapshot: served, answer };
    const read = (await hub.readPrimary()) ? hub.environment(environment) : null;
    if (read === null) throw new RefusedError(UNREACHABLE);
    return { snapshot: read, answer: hub.dispatcher.poll(basisOf(request, read), read, true) };
  }

  api.get(
    '/sdk/v1/payload',
    {
      config: { policy: { principals: ['server-key'], action: 'stream', object: 'none' } },
      schema: { querystring: querySchema },
    },
    async (request, reply) => {
      const { environment } = serverKeyOf(request);
      const { snapshot, answer } = await answerTo(
        { since: request.query.since, tag: request.headers['if-none-match'] },
        environment,
      );
      hub.polled(environment, request.ip);
      metrics.polls.inc({ answer: answer.kind });
      reply.header('etag', etagOf(snapshot)).header('vary', 'accept-encoding');
      if (hub.allowsOverrides(environment)) reply.header('glidepath-overrides', 'allowed');
      if (answer.kind !== 'payload') return reply.code(304).send();
      reply.type('application/json; charset=utf-8');
      if (!acceptsGzip(request)) return reply.send(answer.text);
      return reply.header('content-encoding', 'gzip').send(await gzipOf(snapshot, answer.text));
    },
  );
}

interface PayloadRequest {
  readonly since: string | undefined;
  /** `If-None-Match`. */
  readonly tag: string | undefined;
}

const UNREACHABLE = {
  code: 'unavailable',
  detail: 'This environment cannot be read now. Keep what you have and try again.',
  retryAfter: 5,
} as const;

/** Names one state of one environment. */
function etagOf({ epoch, version, digest }: Basis): string {
  return `"${epoch}.${version}.${d8Of(digest)}"`;
}

/**
 * What the asker says it holds. Of the digest it tells the first digits only, and nothing without a tag: then the
 * version has to do, which is never given twice in one history.
 */
function basisOf({ since, tag }: PayloadRequest, served: Basis): Basis | null {
  const held = TAG.exec(tag ?? '')?.groups;
  const [epoch = held?.['epoch'], version = held?.['version']] = since?.split('.') ?? [];
  if (epoch === undefined || version === undefined) return null;
  const isSame = held?.['epoch'] === epoch && held['version'] === version;
  const isOther = isSame && held['d8'] !== d8Of(served.digest);
  return { epoch, version: Number(version), digest: isOther ? '' : served.digest };
}

const TAG = /^(?:W\/)?"(?<epoch>[0-9a-f]{16})\.(?<version>\d{1,16})\.(?<d8>[0-9a-f]{8})"$/;

function acceptsGzip(request: FastifyRequest): boolean {
  return /(^|,)\s*gzip\s*(,|$)/.test(request.headers['accept-encoding'] ?? '');
}
