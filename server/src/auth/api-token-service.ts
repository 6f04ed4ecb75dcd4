import { randomUUID } from 'node:crypto';
import type { AuditedChange, Cause, Written } from '../audit/audited-write.ts';
import { RefusedError } from '../errors.ts';
import type { ApiTokenView } from '../http/api-types.ts';
import type { ApiTokenBody, ProjectBody } from '../store/documents.ts';
import type { Reads, StoredDocument, WriteTransaction } from '../store/store.ts';
import { type AccessDeps, writeAccess } from './access-write.ts';
import { ACTIONS, hasRole, roleMay } from './permissions.ts';
import type { PipelineRight, Role } from './principal.ts';
import { hashOf, lastFourOf, newSecret } from './secrets.ts';
import type { SessionPrincipal } from './sessions.ts';
import { apiTokenViewOf, EVERY_PROJECT, projectKeysOf } from './views.ts';

const DAY = 24 * 3_600_000;

export interface ApiTokenInput {
  readonly name: string;
  readonly role: Role;
  /** Of what the role may, only this and to read flags; absent = all of it. */
  readonly only?: readonly PipelineRight[];
  /** Project keys; absent = all that the maker may see. */
  readonly projects?: readonly string[];
  readonly environments?: readonly string[];
  readonly expiresInDays: number;
}

/** Tokens for scripts and pipelines. A token never may more than the member who made it. */
export interface ApiTokenService {
  create(maker: SessionPrincipal, input: ApiTokenInput, cause: Cause): Promise<Written<ApiTokenView>>;
  /** One's own, or anybody's for an administrator. */
  remove(asking: SessionPrincipal, id: string, cause: Cause): Promise<void>;
  /** Those that this member may see, newest first. */
  list(asking: SessionPrincipal): Promise<readonly ApiTokenView[]>;
  /** What a token is. */
  own(id: string): Promise<ApiTokenView>;
  /** Whoever holds a token may end it. */
  removeOwn(id: string, cause: Cause): Promise<void>;
}

export function createApiTokenService(deps: AccessDeps): ApiTokenService {
  const { store } = deps;
  return {
    create: (maker, input, cause) =>
      writeAccess(deps, cause, async (tx, now) => tokenMade(tx, maker, await grantOf(tx, maker, input), now)),

    remove: (asking, id, cause) => remove(deps, id, cause, (token) => maySee(asking, token)),

    removeOwn: (id, cause) => remove(deps, id, cause, () => true),

    async own(id) {
      const token = await store.documentById<ApiTokenBody>('api-token', id);
      // It opened this door a moment ago.
      if (!token) throw noSuchToken();
      return apiTokenViewOf(token, await projectKeysOf(store));
    },

    async list(asking) {
      const keys = await projectKeysOf(store);
      const tokens = await store.documents<ApiTokenBody>('api-token');
      return tokens
        .filter((token) => maySee(asking, token))
        .toSorted((a, b) => b.body.createdAt - a.body.createdAt || (a.id < b.id ? -1 : 1))
        .map((token) => apiTokenViewOf(token, keys));
    },
  };
}

/** What a token may be and do, in the ids of the store. */
export interface TokenGrant extends Omit<ApiTokenInput, 'projects' | 'environments'> {
  readonly projects: readonly string[] | null;
  readonly environments: readonly string[] | null;
}

/** Who makes a token, with the roles of this moment. */
type Maker = Pick<SessionPrincipal, 'id' | 'roles'>;

/** What is asked for, where its maker may give it. */
export async function grantOf(reads: Reads, maker: Maker, input: ApiTokenInput): Promise<TokenGrant> {
  const { projects, environments = null, ...plain } = input;
  const grant = { ...plain, environments, projects: projects ? await idsOf(reads, maker, projects) : null };
  checkRole(maker, grant);
  return grant;
}

/** Makes a token; what was granted a while ago must still be its maker's to give. */
export async function tokenMade(
  tx: WriteTransaction,
  maker: Maker,
  grant: TokenGrant,
  now: number,
): Promise<AuditedChange<ApiTokenView>> {
  checkRole(maker, grant);
  const { name, role, only, projects, environments, expiresInDays } = grant;
  const secret = newSecret('api-token');
  const body: ApiTokenBody = {
    name,
    role,
    ...(only !== undefined && { only }),
    hash: hashOf(secret),
    lastFour: lastFourOf(secret),
    projects,
    environments,
    maker: maker.id,
    createdAt: now,
    expiresAt: now + expiresInDays * DAY,
  };
  const token = await tx.put({ kind: 'api-token', parent: '', key: randomUUID() }, body, 0);
  const view = apiTokenViewOf(token, await projectKeysOf(tx));
  return {
    ...changeOf(token, view),
    action: 'create-api-token',
    summary: `Made API token "${name}" with the role ${role}${only === undefined ? '' : `, for ${only.join(' and ')} only`}`,
    before: null,
    after: view,
    secret,
  };
}

async function remove(
  deps: AccessDeps,
  id: string,
  cause: Cause,
  isAllowed: (token: StoredDocument<ApiTokenBody>) => boolean,
): Promise<void> {
  await writeAccess(deps, cause, async (tx) => {
    const token = await tx.documentById<ApiTokenBody>('api-token', id);
    if (!token || !isAllowed(token)) throw noSuchToken();
    await tx.remove(token, token.revision);
    const view = apiTokenViewOf(token, await projectKeysOf(tx));
    return {
      ...changeOf(token, view),
      action: 'remove-api-token',
      summary: `Removed API token "${token.body.name}"`,
      before: view,
      after: null,
    };
  });
}

function maySee({ id, roles }: SessionPrincipal, token: StoredDocument<ApiTokenBody>): boolean {
  return token.body.maker === id || roles[EVERY_PROJECT] === 'admin';
}

function checkRole({ roles }: Maker, { role, only = [], projects }: TokenGrant): void {
  const beyond = only.find((right) => !roleMay(role, right));
  if (beyond !== undefined)
    throw new RefusedError({
      code: 'validation',
      detail: `The role ${role} does not have the right \`${beyond}\`. Choose the role ${ACTIONS[beyond]}.`,
      errors: [{ pointer: '/role', detail: `has no right \`${beyond}\`` }],
    });
  const places = projects ?? Object.keys(roles);
  const enough = projects ? places.every(covers) : places.some(covers);
  function covers(project: string): boolean {
    return hasRole(roles, project, role);
  }
  if (enough) return;
  throw new RefusedError({
    code: 'forbidden',
    detail: `A token may not do more than you: you do not have the role ${role} there. Choose a weaker role or other projects.`,
    errors: [{ pointer: '/role', detail: 'is stronger than your own' }],
  });
}

/** A project that the maker may not see looks as if it did not exist. */
async function idsOf(reads: Reads, { roles }: Maker, keys: readonly string[]): Promise<readonly string[]> {
  const projects = await reads.documents<ProjectBody>('project');
  const visible = projects.filter(({ id }) => hasRole(roles, id, 'viewer'));
  const ids = new Map(visible.map(({ id, key }) => [key, id]));
  return keys.map((key, index) => {
    const id = ids.get(key);
    if (id !== undefined) return id;
    throw new RefusedError({
      code: 'unknown-reference',
      detail: `There is no project \`${key}\`: GET /api/v1/projects lists those that you may see.`,
      errors: [{ pointer: `/projects/${index}`, detail: 'names no project' }],
    });
  });
}

function noSuchToken(): RefusedError {
  return new RefusedError({ code: 'not-found', detail: 'There is no such token. GET /api/v1/api-tokens lists yours.' });
}

function changeOf(token: StoredDocument, view: ApiTokenView) {
  return { result: view, project: null, documents: [token] };
}
