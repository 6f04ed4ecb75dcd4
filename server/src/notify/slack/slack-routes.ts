import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { causeOf } from '../../audit/audited-write.ts';
import type { Clock } from '../../clock.ts';
import { RefusedError } from '../../errors.ts';
import { type Api, problemSchema, timeOf } from '../../http/api.ts';
import type { RoutePolicy } from '../../http/route.ts';
import { writeHeadersSchema } from '../../http/write-options.ts';
import type { Logger } from '../../log.ts';
import type { Outbound } from '../../outbound/outbound.ts';
import { sha256 } from '../../store/canonical.ts';
import { answerInteraction, type DeskAnswer, type DeskDeps } from './desk.ts';
import { readInteraction } from './interaction.ts';
import { isFromSlack } from './slack-proof.ts';

export interface SlackRouteDeps extends DeskDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly outbound: Outbound;
  /** With which Slack signs what it sends; null = this installation takes nothing from it. */
  readonly signingSecret: string | null;
}

const PATH = '/hooks/v1/slack';
const LINK = '/api/v1/me/slack-link';
const BODY_BYTES = 256 * 1_024;
const ANYBODY: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };
const BY_MEMBERS: RoutePolicy = { principals: ['member'], action: 'signed-in', object: 'none' };
const tags = ['Slack'];

/** Routes of buttons that are pressed at Slack, and of who presses them. */
export function registerSlackRoutes(api: Api, deps: SlackRouteDeps): void {
  void api.register((scope, _options, done) => {
    acceptForms(scope as Api);
    registerPresses(scope as Api, deps);
    done();
  });
  registerLinks(api, deps);
}

/** What was signed is bytes: nothing may read them before they are proven. */
function acceptForms(api: Api): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES },
    (_request, body, done) => done(null, body),
  );
}

function registerPresses(api: Api, deps: SlackRouteDeps): void {
  const { clock, outbound, logger } = deps;

  /** After the answer to Slack, which waits three seconds for it. */
  async function respond({ responseUrl, message }: DeskAnswer): Promise<void> {
    const body = JSON.stringify(message);
    const answer = await outbound.send({ method: 'POST', url: responseUrl, isSlack: true, body });
    if (answer.kind !== 'answered' || answer.status >= 300)
      logger.warn({ answer: answer.kind }, 'who pressed a button at Slack was not told what came of it');
  }

  api.post(
    PATH,
    {
      bodyLimit: BODY_BYTES,
      config: { policy: ANYBODY, rawBody: true },
      schema: {
        tags,
        summary: 'Takes presses of buttons from Slack, signed with its secret for this installation',
        response: { 200: z.null(), '4xx': problemSchema },
      },
    },
    async (request, reply) => {
      const form = await provenForm(request, deps);
      const interaction = readInteraction(form);
      const answer = interaction && (await answerInteraction(deps, interaction, request.id));
      if (answer) void respond(answer);
      return reply.code(200).send(null);
    },
  );

  async function provenForm(request: FastifyRequest, { store, signingSecret }: SlackRouteDeps): Promise<string> {
    if (signingSecret === null)
      throw new RefusedError({ code: 'not-found', detail: 'This installation takes nothing from Slack.' });
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = headerOf(request, 'x-slack-signature');
    const proof = { body, timestamp: headerOf(request, 'x-slack-request-timestamp'), signature };
    if (!isFromSlack(proof, signingSecret, clock.now()))
      throw new RefusedError({ code: 'unauthenticated', detail: 'The signature is not one of Slack, or is old.' });
    // The same bytes a second time are a copy: refused by the database, whichever replica they come to.
    const key = sha256(signature ?? '');
    await store.write([], (tx) =>
      tx.remember({ principal: 'slack', key, request: '', status: 200, body: null, at: clock.now() }),
    );
    return body.toString('utf8');
  }
}

function registerLinks(api: Api, { links, signingSecret }: SlackRouteDeps): void {
  api.get(
    LINK,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Who you are at Slack',
        response: {
          200: z.object({
            isAvailable: z.boolean().describe('Whether buttons at Slack can do anything here'),
            persons: z.array(z.object({ person: z.string(), linkedAt: z.string() })),
          }),
        },
      },
    },
    async ({ principal }) => {
      const persons = await links.personsOf(memberIdOf(principal));
      return {
        isAvailable: signingSecret !== null,
        persons: persons.map(({ key: person, body }) => ({ person, linkedAt: timeOf(body.linkedAt) })),
      };
    },
  );

  api.post(
    LINK,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Makes a code by which you show at Slack who you are: good once, for ten minutes',
        headers: writeHeadersSchema,
        response: { 201: z.object({ code: z.string(), expiresAt: z.string() }) },
      },
    },
    async ({ principal }, reply) => {
      const { code, expiresAt } = links.newCode(memberIdOf(principal));
      return reply.code(201).send({ code, expiresAt: timeOf(expiresAt) });
    },
  );

  api.delete(
    LINK,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Takes back all links of yours: buttons at Slack do nothing in your name any more',
        headers: writeHeadersSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await links.unlink(memberIdOf(request.principal), causeOf(request));
      return reply.code(204).send(null);
    },
  );
}

function memberIdOf(principal: FastifyRequest['principal']): string {
  if (principal.kind !== 'member') throw new Error('the policy lets members in and nobody else');
  return principal.id;
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
