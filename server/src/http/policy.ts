import type { FastifyRequest } from 'fastify';
import type { Directory } from '../auth/directory.ts';
import type { Scope } from '../auth/permissions.ts';
import { may } from '../auth/permissions.ts';
import type { Principal } from '../auth/principal.ts';
import { isSameSecret } from '../auth/secrets.ts';
import type { Sessions } from '../auth/sessions.ts';
import { RefusedError } from '../errors.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import type { SessionCookies } from './cookies.ts';
import type { RateLimit } from './limits.ts';
import type { RoutePolicy } from './route.ts';

export interface PolicyDeps {
  readonly store: Store;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly cookies: SessionCookies;
  /** The origin that browsers see us at; null = whatever they asked for. */
  readonly publicOrigin: string | null;
  readonly apiLimit: RateLimit;
  readonly tickets: { holderOf(ticket: string): Principal | null };
}

/** What the policy found out about a request. */
export interface Access {
  readonly principal: Principal;
  readonly project: StoredDocument<ProjectBody> | null;
  readonly environment: StoredDocument<EnvironmentBody> | null;
}

const ANONYMOUS: Principal = { kind: 'anonymous' };
const NOWHERE = { project: null, environment: null };
const HARMLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Decides whether a request may reach its route: who asks, from where, about what. */
export async function admit(request: FastifyRequest, policy: RoutePolicy, deps: PolicyDeps): Promise<Access> {
  // Keys and tokens are sent on purpose, cookies by the browser: only those who bring no key can be led here by a foreign page.
  const isForKeys = policy.principals.every((kind) => kind === 'server-key' || kind === 'client-key');
  if (request.headers.authorization === undefined && !isForKeys) checkOrigin(request, deps.publicOrigin);
  const principal = await authenticate(request, policy, deps);
  if (principal.kind === 'member') checkCsrf(request, principal.csrf);
  if (principal.kind === 'token') deps.apiLimit.take(principal.id);
  const place = await placeOf(request, policy, deps.store);
  if (place.scope) authorise(principal, policy, place.scope);
  return { principal, project: place.project, environment: place.environment };
}

async function authenticate(request: FastifyRequest, policy: RoutePolicy, deps: PolicyDeps): Promise<Principal> {
  const isOpen = policy.principals.includes('anonymous');
  if (policy.credential === 'body') return ANONYMOUS;
  const principal = isOpen && policy.action === 'public' ? ANONYMOUS : await principalOf(request, policy, deps);
  return permitted(principal, policy);
}

/** Who asks by a key in the body; to be asked once the body was read. */
export function holderInBody({ body }: FastifyRequest, policy: RoutePolicy, directory: Directory): Principal {
  const { id } = (typeof body === 'object' && body !== null ? body : {}) as { readonly id?: unknown };
  const secret = typeof id === 'string' ? id : undefined;
  return permitted(
    holderOf(secret, (key) => directory.holderOf(key)),
    policy,
  );
}

function permitted(principal: Principal, policy: RoutePolicy): Principal {
  if (policy.principals.includes(principal.kind)) return principal;
  if (principal.kind === 'anonymous') {
    throw new RefusedError({
      code: 'unauthenticated',
      detail: 'Sign in, or send `Authorization: Bearer …` with a valid key or token.',
    });
  }
  throw new RefusedError({ code: 'forbidden', detail: wrongKind(principal, policy) });
}

function wrongKind(principal: Principal, policy: RoutePolicy): string {
  const wanted = policy.principals.map((kind) => KIND_NAMES[kind]).join(' or ');
  return `This route is not for ${KIND_NAMES[principal.kind]}: it takes ${wanted}.`;
}

const KIND_NAMES: Readonly<Record<Principal['kind'], string>> = {
  anonymous: 'anybody',
  member: 'a signed-in member',
  token: 'an API token `gp_api_…`',
  'server-key': 'a server key `gp_srv_…`',
  'client-key': 'a client key `gp_cli_…`',
};

/** A key that is sent and not valid is refused even where a cookie would do: it was meant. */
async function principalOf(request: FastifyRequest, policy: RoutePolicy, deps: PolicyDeps): Promise<Principal> {
  if (policy.credential === 'ticket') return holderOf(ticketOf(request), (ticket) => deps.tickets.holderOf(ticket));
  const { authorization, 'x-api-key': apiKey } = request.headers;
  if (authorization !== undefined) {
    const secret = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(authorization)?.[1];
    return holderOf(secret, (bearer) => deps.directory.holderOf(bearer));
  }
  if (policy.credential === 'api-key-header' && typeof apiKey === 'string') {
    return holderOf(apiKey, (key) => deps.directory.holderOf(key));
  }
  const session = deps.cookies.read(request);
  return (session === null ? null : await deps.sessions.holderOf(session)) ?? ANONYMOUS;
}

function holderOf(credential: string | undefined, lookUp: (credential: string) => Principal | null): Principal {
  const holder = credential === undefined ? null : lookUp(credential);
  if (holder !== null) return holder;
  throw new RefusedError({
    code: 'unauthenticated',
    detail: 'The key, token or ticket is missing, unknown, revoked or expired: take another one.',
  });
}

function ticketOf({ query }: FastifyRequest): string | undefined {
  const { ticket } = query as { readonly ticket?: unknown };
  return typeof ticket === 'string' ? ticket : undefined;
}

/** A write must come from our own pages, or from something that is no browser. */
function checkOrigin(request: FastifyRequest, publicOrigin: string | null): void {
  if (HARMLESS.has(request.method)) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  const own = publicOrigin ?? `${request.protocol}://${request.host}`;
  const isOurs =
    origin === undefined ? site === undefined || site === 'same-origin' || site === 'none' : origin === own;
  if (isOurs) return;
  throw new RefusedError({
    code: 'csrf-failed',
    detail: 'This request comes from another site. Use the address at which this service is published.',
  });
}

function checkCsrf(request: FastifyRequest, expected: string): void {
  if (HARMLESS.has(request.method)) return;
  const given = request.headers['x-glidepath-csrf'];
  if (typeof given === 'string' && isSameSecret(given, expected)) return;
  throw new RefusedError({
    code: 'csrf-failed',
    detail: 'The header X-Glidepath-CSRF is missing or old: take `csrfToken` from GET /api/v1/session.',
  });
}

interface Place extends Omit<Access, 'principal'> {
  readonly scope: Scope | null;
}

async function placeOf(request: FastifyRequest, policy: RoutePolicy, store: Store): Promise<Place> {
  switch (policy.object) {
    case 'none':
      return { ...NOWHERE, scope: null };
    case 'installation':
      return { ...NOWHERE, scope: { kind: 'installation' } };
    case 'project': {
      const project = await projectOf(request, store);
      return { project, environment: null, scope: { kind: 'project', projectId: project.id } };
    }
    case 'environment': {
      const project = await projectOf(request, store);
      const { e: key = '' } = request.params as { readonly e?: string };
      const environment = await store.document<EnvironmentBody>({ kind: 'environment', parent: project.id, key });
      if (!environment) throw notFound();
      return {
        project,
        environment,
        scope: { kind: 'environment', projectId: project.id, environmentKey: environment.key },
      };
    }
  }
}

async function projectOf(request: FastifyRequest, store: Store): Promise<StoredDocument<ProjectBody>> {
  const { p: key = '' } = request.params as { readonly p?: string };
  const project = await store.document<ProjectBody>({ kind: 'project', parent: '', key });
  if (!project) throw notFound();
  return project;
}

/** What somebody may not even read looks as if it did not exist. */
function authorise(principal: Principal, { action }: RoutePolicy, scope: Scope): void {
  if (action === 'public' || action === 'signed-in' || action === 'stream') return;
  if (may(principal, action, scope)) return;
  if (scope.kind !== 'installation' && !may(principal, 'project.read', scope)) throw notFound();
  throw new RefusedError({
    code: 'forbidden',
    detail: `This takes the right \`${action}\`, which you do not have here. Ask an administrator for it.`,
  });
}

function notFound(): RefusedError {
  return new RefusedError({
    code: 'not-found',
    detail: 'There is no such project or environment, or you may not see it. Check the path.',
  });
}
