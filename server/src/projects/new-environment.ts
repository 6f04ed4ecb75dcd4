import { randomBytes } from 'node:crypto';
import { populateEnvironment } from '../flags/populate.ts';
import type { EnvironmentBody } from '../store/documents.ts';
import type { StoredDocument, WriteTransaction } from '../store/store.ts';

const EPOCH_BYTES = 8;

export interface NewEnvironment {
  readonly projectId: string;
  readonly body: EnvironmentBody;
  readonly changeId: string;
}

/** Makes an environment with its history, and in it every flag and segment of the project: flags off, segments empty. */
export async function makeEnvironment(
  tx: WriteTransaction,
  { projectId, body, changeId }: NewEnvironment,
): Promise<StoredDocument<EnvironmentBody>> {
  const environment = await tx.put({ kind: 'environment', parent: projectId, key: body.key }, body, 0);
  await tx.createEnvironment(environment.id, randomBytes(EPOCH_BYTES).toString('hex'));
  await populateEnvironment(tx, environment, { changeId, now: body.createdAt });
  return environment;
}
