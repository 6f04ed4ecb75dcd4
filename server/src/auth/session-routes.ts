import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { timeOf } from '../http/api.ts';
import type { SessionView } from '../http/api-types.ts';
import type { SessionCookies } from '../http/cookies.ts';
import { networkOf } from '../http/limits.ts';
import type { RoutePolicy } from '../http/route.ts';
import { nameSchema } from '../http/schemas.ts';
import { type IncidentBody, OPEN, SEVERITIES, worstOpen } from '../incidents/incident.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import type { Directory } from './directory.ts';
import { emailSchema, passwordSchema } from './member-routes.ts';
import { ACTIONS, type Action, may } from './permissions.ts';
import { type NewSession, type SessionPrincipal, type Sessions, sessionOf } from './sessions.ts';
import type { Caller, SignIn } from './sign-in.ts';

export interface SessionRouteDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly cookies: SessionCookies;
  readonly signIn: SignIn;
}

const PUBLIC: RoutePolicy = { principals: ['anonymous'], action: 'public', object: 'none' };
const SIGNED_IN: RoutePolicy = { principals: ['member'], action: 'signed-in', object: 'none' };
/** Blocked, or given another password, at this very moment. */
const WITHDRAWN = 'Your access changed while you signed in: sign in again, or ask an administrator.';
const tags = ['Session'];
const SESSION = '/api/v1/session';
const ALL_ACTIONS = Object.keys(ACTIONS) as Action[];

const sessionViewSchema: z.ZodType<SessionView> = z
  .object({
    member: z.object({ id: z.string(), name: z.string(), email: z.string() }),
    csrfToken: z.string().describe('For the header X-Glidepath-CSRF of every write'),
    permissions: z.record(z.string(), z.array(z.string())).describe('Actions per project key'),
    projects: z.array(z.object({ key: z.string(), name: z.string() })),
    environments: z.array(
      z.object({
        project: z.string(),
        key: z.string(),
        name: z.string(),
        critical: z.boolean(),
        colour: z.string(),
        position: z.number(),
      }),
    ),
    incident: z
      .object({
        project: z.string(),
        id: z.string(),
        title: z.string(),
        severity: z.enum(SEVERITIES),
        environment: z.string(),
        detectedAt: z.string(),
      })
      .nullable()
      .describe('The worst that is open in any of the projects'),
    freeze: z.null(),
    serverTime: z.string(),
  })
  .meta({ id: 'Session' });

/** Routes of signing in and out, and of the very first administrator. */
export function registerSessionRoutes(api: Api, deps: SessionRouteDeps): void {
  const { cookies, signIn, sessions, store } = deps;

  async function answerNew(request: FastifyRequest, reply: FastifyReply, session: NewSession): Promise<SessionView> {
    const principal = await sessions.holderOf(session.id);
    if (!principal) throw new RefusedError({ code: 'unauthenticated', detail: WITHDRAWN });
    cookies.write(request, reply, session.id);
    return sessionView(deps, principal);
  }

  api.post(
    '/api/v1/setup',
    {
      config: { policy: PUBLIC },
      schema: {
        tags,
        summary: 'Makes the first administrator and signs in',
        body: z.strictObject({
          token: z.string().min(1).max(256).describe('The fragment of the set-up link'),
          email: emailSchema,
          name: nameSchema,
          password: passwordSchema,
        }),
        response: { 201: sessionViewSchema },
      },
    },
    async (request, reply) => {
      const session = await signIn.setUp(request.body, request.id);
      return reply.code(201).send(await answerNew(request, reply, session));
    },
  );

  api.post(
    SESSION,
    {
      config: { policy: PUBLIC },
      schema: {
        tags,
        summary: 'Signs in',
        body: z.strictObject({ email: emailSchema, password: passwordSchema }),
        response: { 200: sessionViewSchema },
      },
    },
    async (request, reply) => {
      const session = await signIn.signIn(request.body, callerOf(request));
      const before = cookies.read(request);
      // Whoever signs in again leaves no session behind.
      const old = before === null ? null : await sessions.holderOf(before);
      if (old) await store.removeSessions({ hash: old.sessionHash });
      return answerNew(request, reply, session);
    },
  );

  api.get(
    SESSION,
    {
      config: { policy: SIGNED_IN },
      schema: { tags, summary: 'Who is signed in, and what they may do', response: { 200: sessionViewSchema } },
    },
    (request) => sessionView(deps, sessionOf(request)),
  );

  api.patch(
    SESSION,
    {
      config: { policy: SIGNED_IN },
      schema: {
        tags,
        summary: 'Changes your own password and ends your other sessions',
        body: z.strictObject({ currentPassword: passwordSchema, password: passwordSchema }),
        response: { 200: sessionViewSchema },
      },
    },
    async (request, reply) => {
      const session = await signIn.changePassword(sessionOf(request), request.body, callerOf(request));
      return answerNew(request, reply, session);
    },
  );

  api.delete(
    SESSION,
    {
      config: { policy: SIGNED_IN },
      schema: { tags, summary: 'Signs out', response: { 204: z.null() } },
    },
    async (request, reply) => {
      await store.removeSessions({ hash: sessionOf(request).sessionHash });
      cookies.clear(request, reply);
      return reply.code(204).send(null);
    },
  );
}

function callerOf({ ip, id }: FastifyRequest): Caller {
  return { address: networkOf(ip), requestId: id };
}

async function sessionView(
  { store, clock, directory }: SessionRouteDeps,
  principal: SessionPrincipal,
): Promise<SessionView> {
  const all = await store.documents<ProjectBody>('project');
  const projects = all.filter(({ id }) => may(principal, 'project.read', { kind: 'project', projectId: id }));
  const visible = new Map(projects.map(({ id, key }) => [id, key]));
  const environments = await store.documents<EnvironmentBody>('environment');
  const permissions = projects.map(({ id, key }) => {
    const scope = { kind: 'project', projectId: id } as const;
    return [key, ALL_ACTIONS.filter((action) => may(principal, action, scope))] as const;
  });
  const shown = environments
    .toSorted((a, b) => a.body.position - b.body.position)
    .flatMap(({ parent, body: { key, name, critical, colour, position } }) => {
      const project = visible.get(parent);
      return project === undefined ? [] : [{ project, key, name, critical, colour, position }];
    });
  const incidents = await store.documents<IncidentBody>('incident', undefined, OPEN);
  const worst = worstOpen(incidents.filter(({ parent }) => visible.has(parent)));
  return {
    member: {
      id: principal.id,
      name: principal.name,
      email: directory.member(principal.id)?.email ?? '',
    },
    csrfToken: principal.csrf,
    permissions: Object.fromEntries(permissions),
    projects: projects.map(({ key, body }) => ({ key, name: body.name })),
    environments: shown,
    incident: worst && incidentView(worst, visible),
    freeze: null,
    serverTime: timeOf(clock.now()),
  };
}

function incidentView(
  { key: id, parent, body: { title, severity, environment, detectedAt } }: StoredDocument<IncidentBody>,
  projects: ReadonlyMap<string, string>,
): SessionView['incident'] {
  return { project: projects.get(parent) ?? parent, id, title, severity, environment, detectedAt: timeOf(detectedAt) };
}
