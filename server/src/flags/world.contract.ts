import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { temporaryFile } from '../../../test/support/temporary-file.ts';
import type { Principal, Role } from '../auth/principal.ts';
import type { Clock } from '../clock.ts';
import type { Refusal } from '../errors.ts';
import { RefusedError } from '../errors.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import { openStore } from '../store/open-store.ts';
import type { Store, StoredDocument, WriteTransaction } from '../store/store.ts';
import { populateEnvironment } from './populate.ts';
import { engines } from './re2.ts';
import type { ChangeFlag, ChangeOutcome, ChangeRequest, DocumentChange } from './write-path/change.ts';
import { createChangeFlag } from './write-path/flag-service.ts';

/** A project with environments over a real store, and the write path: what tests of changes stand on. */
export interface World extends AsyncDisposable {
  readonly store: Store;
  readonly changeFlag: ChangeFlag;
  readonly project: StoredDocument<ProjectBody>;
  readonly environments: StoredDocument<EnvironmentBody>[];
  /** Ids of environments, one list per call of `onCommitted`. */
  readonly committed: (readonly string[])[];
  /** Moves by hand. */
  readonly time: { now: number };
  /** As an editor of the project, unless the request says otherwise. */
  change(changes: DocumentChange | readonly DocumentChange[], request?: Partial<ChangeRequest>): Promise<ChangeOutcome>;
  /** The refusal of a change that must be refused. */
  refusal(changes: DocumentChange | readonly DocumentChange[], request?: Partial<ChangeRequest>): Promise<Refusal>;
  environmentId(key: string): string;
  /** Makes another environment, as the service does. */
  addEnvironment(key: string): Promise<void>;
  versions(): Promise<Readonly<Record<string, number>>>;
}

export function aMember(role: Role, projectId = '*'): Principal {
  return { kind: 'member', id: `${role}-1`, name: role, roles: { [projectId]: role }, sessionHash: '', csrf: '' };
}

export async function openWorld({
  url = `file:${temporaryFile()}`,
  environments: keys = ['development', 'staging', 'production'],
  isNew = true,
}: {
  readonly url?: string;
  readonly environments?: readonly string[];
  /** False where another process has made the project already. */
  readonly isNew?: boolean;
} = {}): Promise<World> {
  const time = { now: Date.parse('2026-01-01T00:00:00.000Z') };
  const clock: Clock = {
    now: () => time.now,
    monotonic: () => performance.now(),
    setTimer: () => ({ cancel: () => undefined }),
  };
  const store = await openStore({ url, now: () => clock.now() });
  const committed: (readonly string[])[] = [];
  const changeFlag = createChangeFlag({
    store,
    clock,
    engines,
    newId: randomUUID,
    onCommitted: (ids) => void committed.push(ids),
  });
  const world: World = {
    store,
    changeFlag,
    committed,
    time,
    ...(await (isNew ? makeProject(store, keys) : presentProject(store))),
    change: (changes, request = {}) => changeFlag(requestOf(changes, request)),
    async refusal(changes, request = {}) {
      try {
        await changeFlag(requestOf(changes, request));
      } catch (error) {
        if (error instanceof RefusedError) return error.refusal;
        throw error;
      }
      throw new Error('the change was not refused');
    },
    environmentId(key) {
      const found = world.environments.find((environment) => environment.key === key);
      if (found === undefined) throw new Error(`no environment ${key}`);
      return found.id;
    },
    async addEnvironment(key) {
      const { project, environments } = world;
      const made = await store.write(
        environments.map(({ id }) => id),
        async (tx) => {
          const environment = await makeEnvironment(tx, project.id, key, environments.length);
          await populateEnvironment(tx, environment, { changeId: randomUUID(), now: clock.now() });
          const { kind, id, revision } = environment;
          await tx.appendAudit({
            at: clock.now(),
            actor: 'system',
            origin: 'api',
            action: 'create-environment',
            project: project.key,
            changeId: randomUUID(),
            environments: [],
            documents: [{ kind, id, key, revision }],
            content: {},
          });
          return environment;
        },
      );
      environments.push(made);
    },
    async versions() {
      const heads = new Map((await store.heads()).map((head) => [head.id, head.version]));
      return Object.fromEntries(world.environments.map(({ id, key }) => [key, heads.get(id) ?? 0]));
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
  return world;
}

function requestOf(
  changes: DocumentChange | readonly DocumentChange[],
  request: Partial<ChangeRequest>,
): ChangeRequest {
  return {
    actor: aMember('editor'),
    origin: 'api',
    project: 'shop',
    changes: Array.isArray(changes) ? (changes as readonly DocumentChange[]) : [changes as DocumentChange],
    ...request,
  };
}

async function makeProject(store: Store, keys: readonly string[]) {
  const createdAt = 0;
  return store.write([], async (tx) => {
    const body: ProjectBody = { key: 'shop', name: 'Shop', createdAt };
    const project = await tx.put({ kind: 'project', parent: '', key: 'shop' }, body, 0);
    const environments: StoredDocument<EnvironmentBody>[] = [];
    for (const [position, key] of keys.entries()) {
      environments.push(await makeEnvironment(tx, project.id, key, position));
    }
    return { project, environments };
  });
}

async function presentProject(store: Store) {
  const [project] = await store.documents<ProjectBody>('project');
  if (project === undefined) throw new Error('no project');
  return { project, environments: [...(await store.documents<EnvironmentBody>('environment', project.id))] };
}

async function makeEnvironment(
  tx: WriteTransaction,
  projectId: string,
  key: string,
  position: number,
): Promise<StoredDocument<EnvironmentBody>> {
  const isCritical = key === 'production';
  const environment = await tx.put<EnvironmentBody>(
    { kind: 'environment', parent: projectId, key },
    { key, name: key, critical: isCritical, colour: '#123456', secureMode: 'off', position, createdAt: 0 },
    0,
  );
  await tx.createEnvironment(environment.id, '0123456789abcdef');
  return environment;
}

/** A database of its own on the test run's PostgreSQL; it goes when the test ends. */
export async function postgresDatabase(server: string): Promise<AsyncDisposable & { readonly url: string }> {
  const name = `flags_${randomUUID().replaceAll('-', '')}`;
  await query(server, `CREATE DATABASE ${name}`);
  return {
    url: server.replace(/\/[^/]*$/, `/${name}`),
    [Symbol.asyncDispose]: () => query(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
