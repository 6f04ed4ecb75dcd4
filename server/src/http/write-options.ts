import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf, yesNoSchema } from './api.ts';

/** Well below the time after which an answer is given up. */
const LONGEST_WAIT_SECONDS = 25;

/** Query parameters that every write of flags and segments accepts. */
export const writeQuerySchema = z.strictObject({
  dryRun: yesNoSchema.exactOptional().describe('Checks everything, writes nothing, answers what would change'),
  waitForApplied: z
    .string()
    .regex(/^\d{1,2}s$/, 'must be a number of seconds such as "5s"')
    .transform((text) => Number.parseInt(text, 10))
    .refine((seconds) => seconds >= 1 && seconds <= LONGEST_WAIT_SECONDS, `must be 1s to ${LONGEST_WAIT_SECONDS}s`)
    .exactOptional()
    .describe('Makes the change urgent and waits until SDKs have applied it'),
});

/** Headers that every write accepts. */
export const writeHeadersSchema = z.looseObject({
  'if-match': z
    .string()
    .regex(/^"\d{1,15}"$/, 'must be the ETag of the document, such as "7" with its quotes')
    .exactOptional()
    .describe('Refuses with 412 when the document has another revision'),
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .exactOptional()
    .describe('A retry with the same key applies once; kept for 24 hours'),
});

/** A retry is recognised by all three; the same key for another request is refused. */
export interface Idempotency {
  readonly principal: string;
  readonly key: string;
  readonly request: string;
}

/** What a write asks for beside its body. Absent means not asked for. */
export interface WriteOptions {
  readonly dryRun?: true;
  readonly waitForAppliedMs?: number;
  readonly expectedRevision?: number;
  readonly idempotency?: Idempotency;
}

type Query = z.output<typeof writeQuerySchema>;
type Headers = z.output<typeof writeHeadersSchema>;

/** Reads what `writeQuerySchema` and `writeHeadersSchema` have let through. */
export function writeOptionsOf(request: FastifyRequest): WriteOptions {
  const query = request.query as Partial<Query>;
  const headers = request.headers as Headers;
  const match = headers['if-match'];
  const key = headers['idempotency-key'];
  return {
    ...(query.dryRun && { dryRun: true }),
    ...(query.waitForApplied !== undefined && { waitForAppliedMs: query.waitForApplied * 1_000 }),
    ...(match !== undefined && { expectedRevision: Number(match.slice(1, -1)) }),
    ...(key !== undefined && {
      idempotency: { principal: actorOf(request.principal), key, request: fingerprintOf(request) },
    }),
  };
}

function fingerprintOf(request: FastifyRequest): string {
  const body = request.body === undefined ? '' : JSON.stringify(withoutPassword(request.body));
  return createHash('sha256').update(`${request.method}\n${request.url}\n${body}`).digest('hex');
}

/** What is kept is a fast hash, by which a copy of the database would tell passwords that are not random. */
function withoutPassword(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('password' in body)) return body;
  return { ...body, password: null };
}

/** The answer of a write that knows no dry run. */
export function plainWrittenSchema<D extends z.ZodType>(document: D) {
  return z.object({ document, versions: z.record(z.string(), z.number()), changeId: z.string() });
}
