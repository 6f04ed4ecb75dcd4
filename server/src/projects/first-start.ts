import { randomUUID } from 'node:crypto';
import { auditOf, SYSTEM } from '../audit/audited-write.ts';
import { makeSdkKey } from '../auth/sdk-key-service.ts';
import type { Vault } from '../auth/vault.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import { makeProject } from './project-service.ts';

const FIRST_PROJECT = 'default';
const FIRST_KEY_ENVIRONMENT = 'development';

export interface FirstStartDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly vault: Vault;
}

/**
 * Gives an empty installation its first project, and a server key for development whose secret it answers; null where
 * there is a project already. Of several replicas that start at once, one does it.
 */
export async function prepareFirstStart({ store, clock, vault }: FirstStartDeps): Promise<string | null> {
  if ((await store.documents('project')).length > 0) return null;
  return store.write([], async (tx) => {
    await tx.touchAccess();
    if ((await tx.documents('project')).length > 0) return null;
    const now = clock.now();
    const changeId = randomUUID();
    const input = { key: FIRST_PROJECT, name: 'Default' };
    const { project, environments } = await makeProject(tx, input, { now, changeId });
    const development = environments.find(({ key }) => key === FIRST_KEY_ENVIRONMENT);
    if (!development) throw new Error(`a new project has no environment ${FIRST_KEY_ENVIRONMENT}`);
    const { key, secret } = await makeSdkKey(tx, vault, {
      name: 'First start',
      kind: 'server',
      origins: [],
      environment: development.id,
      by: SYSTEM.actor,
      now,
    });
    const change = {
      result: null,
      action: 'first-start',
      summary: `Made project \`${FIRST_PROJECT}\` and a server key for its development`,
      project: project.key,
      documents: [project, ...environments, key],
      before: null,
      after: project.body,
    };
    await tx.appendAudit(auditOf(SYSTEM, change, changeId, now));
    return secret;
  });
}
