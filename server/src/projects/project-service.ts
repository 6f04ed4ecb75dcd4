import { type Cause, checkRevision, type Written } from '../audit/audited-write.ts';
import { type AccessDeps, writeAccess } from '../auth/access-write.ts';
import type { EnvironmentView, ProjectView } from '../http/api-types.ts';
import { type EnvironmentBody, environmentsOf, type ProjectBody } from '../store/documents.ts';
import type { Reads, StoredDocument, WriteTransaction } from '../store/store.ts';
import { makeEnvironment } from './new-environment.ts';
import { environmentViewOf, projectViewOf } from './views.ts';

/** What a new project begins with. */
const ENVIRONMENTS = [
  { key: 'development', name: 'Development', critical: false, colour: '#2f7d4f' },
  { key: 'staging', name: 'Staging', critical: false, colour: '#8a6100' },
  { key: 'production', name: 'Production', critical: true, colour: '#b3261e' },
] as const;

const DEFAULT_COLOUR = '#4a5a70';

export interface ProjectInput {
  readonly key: string;
  readonly name?: string;
}

export interface EnvironmentInput {
  readonly key: string;
  readonly name?: string;
  readonly critical?: boolean;
  readonly colour?: string;
  readonly secureMode?: EnvironmentBody['secureMode'];
  readonly reasonsInBrowsers?: boolean;
}

/** The fields to alter. */
export type EnvironmentEdit = Omit<EnvironmentInput, 'key'> & { readonly position?: number };

/** Projects and environments. All writes audit themselves. */
export interface ProjectService {
  create(input: ProjectInput, cause: Cause): Promise<Written<ProjectView>>;
  edit(
    project: StoredDocument<ProjectBody>,
    edit: { readonly name?: string },
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<ProjectView>>;
  createEnvironment(
    project: StoredDocument<ProjectBody>,
    input: EnvironmentInput,
    cause: Cause,
  ): Promise<Written<EnvironmentView>>;
  editEnvironment(
    place: Place,
    edit: EnvironmentEdit,
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<EnvironmentView>>;
}

export interface Place {
  readonly project: StoredDocument<ProjectBody>;
  readonly environment: StoredDocument<EnvironmentBody>;
}

export interface ProjectServiceDeps extends AccessDeps {
  newId(): string;
  /** Called once new environments are durable. */
  onCommitted(): void;
}

/** A project with the environments that projects begin with; inside somebody's transaction. */
export async function makeProject(
  tx: WriteTransaction,
  { key, name = key }: ProjectInput,
  { now, changeId }: { readonly now: number; readonly changeId: string },
): Promise<{
  readonly project: StoredDocument<ProjectBody>;
  readonly environments: readonly StoredDocument<EnvironmentBody>[];
}> {
  const project = await tx.put({ kind: 'project', parent: '', key }, { key, name, createdAt: now }, 0);
  const environments: StoredDocument<EnvironmentBody>[] = [];
  for (const [position, fields] of ENVIRONMENTS.entries()) {
    const body = { ...fields, secureMode: 'off', reasonsInBrowsers: false, position, createdAt: now } as const;
    environments.push(await makeEnvironment(tx, { projectId: project.id, body, changeId }));
  }
  return { project, environments };
}

export function createProjectService(deps: ProjectServiceDeps): ProjectService {
  const { store, newId, onCommitted } = deps;

  async function create(input: ProjectInput, cause: Cause): Promise<Written<ProjectView>> {
    const written = await writeAccess(deps, cause, async (tx, now) => {
      const { project, environments } = await makeProject(tx, input, { now, changeId: newId() });
      return {
        result: projectViewOf(project),
        action: 'create-project',
        summary: `Created project \`${input.key}\` with ${environments.map(({ key }) => `\`${key}\``).join(', ')}`,
        project: project.key,
        documents: [project, ...environments],
        before: null,
        after: project.body,
      };
    });
    onCommitted();
    return written;
  }

  async function createEnvironment(
    { id, key: projectKey }: StoredDocument<ProjectBody>,
    input: EnvironmentInput,
    cause: Cause,
  ): Promise<Written<EnvironmentView>> {
    // Whoever makes a flag meanwhile holds one of these, so no flag misses the new environment.
    const siblings = await store.documents<EnvironmentBody>('environment', id);
    const locked = siblings.map((sibling) => sibling.id);
    const work = async (tx: WriteTransaction, now: number) => {
      const body = environmentBody(input, await environmentsOf(tx, id), now);
      const environment = await makeEnvironment(tx, { projectId: id, body, changeId: newId() });
      return {
        result: environmentViewOf(environment, await versionOf(tx, environment.id)),
        action: 'create-environment',
        summary: `Created environment \`${body.key}\``,
        project: projectKey,
        documents: [environment],
        before: null,
        after: body,
      };
    };
    const written = await writeAccess(deps, cause, work, locked);
    onCommitted();
    return written;
  }

  return {
    create,
    createEnvironment,
    edit: (project, edit, expected, cause) =>
      writeAccess(deps, cause, async (tx) => {
        const before = await present<ProjectBody>(tx, project);
        checkRevision(before, expected, projectViewOf(before));
        const after = await tx.put(before, { ...before.body, ...edit }, before.revision);
        return {
          result: projectViewOf(after),
          action: 'edit-project',
          summary: `Edited project \`${project.key}\``,
          project: project.key,
          documents: [after],
          before: before.body,
          after: after.body,
        };
      }),
    editEnvironment: ({ project, environment }, edit, expected, cause) =>
      writeAccess(deps, cause, async (tx) => {
        const before = await present<EnvironmentBody>(tx, environment);
        const version = await versionOf(tx, environment.id);
        checkRevision(before, expected, environmentViewOf(before, version));
        const after = await tx.put(before, { ...before.body, ...edit }, before.revision);
        return {
          result: environmentViewOf(after, version),
          action: 'edit-environment',
          summary: `Edited environment \`${environment.key}\``,
          project: project.key,
          documents: [after],
          before: before.body,
          after: after.body,
        };
      }),
  };
}

/** The document as the transaction sees it, which may be newer than what the request was admitted with. */
async function present<B>(tx: Reads, { kind, parent, key }: StoredDocument): Promise<StoredDocument<B>> {
  const document = await tx.document<B>({ kind, parent, key });
  if (document === null) throw new Error(`${kind} ${key} is gone although nothing removes it`);
  return document;
}

export async function versionOf(reads: Reads, environmentId: string): Promise<number> {
  const [head] = await reads.heads([environmentId]);
  return head?.version ?? 0;
}

function environmentBody(
  {
    key,
    name = key,
    critical = false,
    colour = DEFAULT_COLOUR,
    secureMode = 'off',
    reasonsInBrowsers = false,
  }: EnvironmentInput,
  siblings: readonly StoredDocument<EnvironmentBody>[],
  now: number,
): EnvironmentBody {
  const position = 1 + Math.max(-1, ...siblings.map((sibling) => sibling.body.position));
  return { key, name, critical, colour, secureMode, reasonsInBrowsers, position, createdAt: now };
}
