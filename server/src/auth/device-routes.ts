import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import type { Api } from '../http/api.ts';
import type { DeviceLoginBegun, DeviceLoginState, DeviceLoginView } from '../http/api-types.ts';
import { networkOf, type RateLimit } from '../http/limits.ts';
import type { RoutePolicy } from '../http/route.ts';
import { tokenInputSchema } from './api-token-routes.ts';
import type { DeviceLogins } from './device-login.ts';
import { sessionOf } from './sessions.ts';
import { apiTokenViewSchema } from './views.ts';

export interface DeviceRouteDeps {
  readonly devices: DeviceLogins;
  /** The address that people open; null = whatever the device has asked at. */
  readonly publicUrl: string | null;
  readonly limits: {
    /** Of devices that begin and of codes that are typed, for each network and each member. */
    readonly codes: RateLimit;
    /** Of questions whether somebody has answered, for each network. */
    readonly polls: RateLimit;
  };
}

const PUBLIC: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };
/** Only people let devices in, as only people make tokens. */
const BY_MEMBERS: RoutePolicy = { principals: ['member'], action: 'signed-in', object: 'none' };
const tags = ['API tokens'];
const DEVICES = '/api/v1/device-logins';
const PAGE = '/cli';

const codeParams = z.strictObject({ code: z.string().min(1).max(32).describe('As it is shown: BCDF-GHJK') });

const begunSchema: z.ZodType<DeviceLoginBegun> = z.object({
  deviceCode: z.string().describe('By which the device asks; nobody else learns it'),
  userCode: z.string().describe('What a person types'),
  verificationUrl: z.string().describe('Where it is typed'),
  expiresInSeconds: z.number(),
  intervalSeconds: z.number(),
});

const viewSchema: z.ZodType<DeviceLoginView> = z.object({
  name: z.string().describe('What the device calls itself'),
  address: z.string(),
  startedAt: z.string(),
  expiresAt: z.string(),
});

const stateSchema: z.ZodType<DeviceLoginState> = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['pending', 'slow-down']), intervalSeconds: z.number() }),
  z.object({ state: z.enum(['declined', 'expired']) }),
  z.object({ state: z.literal('allowed'), document: apiTokenViewSchema, secret: z.string() }),
]);

/** Routes of signing in on a machine without a browser. */
export function registerDeviceRoutes(api: Api, { devices, publicUrl, limits }: DeviceRouteDeps): void {
  api.post(
    DEVICES,
    {
      config: { policy: PUBLIC },
      schema: {
        tags,
        summary: 'Begins to sign in a device: answers the code that a person types',
        body: z.strictObject({
          name: z
            .string()
            .max(64)
            .regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u, 'must hold no control characters')
            .describe('Of the machine, for the person'),
        }),
        response: { 201: begunSchema },
      },
    },
    async (request, reply) => {
      limits.codes.take(`begin ${networkOf(request.ip)}`);
      const begun = await devices.begin({ name: request.body.name, address: request.ip });
      return reply.code(201).send({ ...begun, verificationUrl: `${publicUrl ?? originOf(request)}${PAGE}` });
    },
  );

  api.post(
    `${DEVICES}/token`,
    {
      config: { policy: PUBLIC },
      schema: {
        tags,
        summary: 'Asks whether somebody has let the device in; then answers its API token, once',
        body: z.strictObject({ deviceCode: z.string().min(1).max(128) }),
        response: { 200: stateSchema },
      },
    },
    (request) => {
      limits.polls.take(networkOf(request.ip));
      return devices.collect(request.body.deviceCode, request.id);
    },
  );

  api.get(
    `${DEVICES}/:code`,
    {
      config: { policy: BY_MEMBERS },
      schema: { tags, summary: 'Which device waits with a code', params: codeParams, response: { 200: viewSchema } },
    },
    (request) => {
      // Codes are short: whoever tries one after the other must not find any.
      limits.codes.take(`code ${sessionOf(request).id}`);
      return devices.find(request.params.code);
    },
  );

  api.post(
    `${DEVICES}/:code/allow`,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Lets the device have an API token of yours',
        params: codeParams,
        body: tokenInputSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      limits.codes.take(`code ${sessionOf(request).id}`);
      await devices.allow(sessionOf(request), request.params.code, request.body, causeOf(request));
      return reply.code(204).send(null);
    },
  );

  api.post(
    `${DEVICES}/:code/decline`,
    {
      config: { policy: BY_MEMBERS },
      schema: {
        tags,
        summary: 'Turns the device away',
        params: codeParams,
        body: z.strictObject({}),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      limits.codes.take(`code ${sessionOf(request).id}`);
      await devices.decline(request.params.code, causeOf(request));
      return reply.code(204).send(null);
    },
  );
}

const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}`;
