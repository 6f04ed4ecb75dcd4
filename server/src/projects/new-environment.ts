import { randomBytes } from 'node:crypto';
import type { Flag, Segment } from '@glidepath/core';
import { flagBodyOf, segmentBodyOf, startingConfig, startingSegmentConfig } from '@glidepath/core/change';
import { isGone } from '../flags/items.ts';
import type { EnvironmentBody } from '../store/documents.ts';
import type { ItemWrite, StoredDocument, WriteTransaction } from '../store/store.ts';

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
  const flags = await putFlags(tx, projectId, environment);
  const segments = await putSegments(tx, projectId, environment);
  const items = [...flags, ...segments];
  if (items.length > 0) await tx.publish({ environment: environment.id, changeId, urgent: false, items });
  return environment;
}

async function putFlags(
  tx: WriteTransaction,
  projectId: string,
  { id: parent, body: { createdAt } }: StoredDocument<EnvironmentBody>,
): Promise<readonly ItemWrite[]> {
  const items: ItemWrite[] = [];
  for (const { key, body: flag } of await tx.documents<Flag>('flag', projectId)) {
    const config = startingConfig(flag);
    await tx.put({ kind: 'flag-config', parent, key }, config, 0);
    if (!isGone(flag, createdAt)) items.push({ kind: 'flag', key, body: flagBodyOf(flag, config) });
  }
  return items;
}

async function putSegments(
  tx: WriteTransaction,
  projectId: string,
  { id: parent }: StoredDocument<EnvironmentBody>,
): Promise<readonly ItemWrite[]> {
  const items: ItemWrite[] = [];
  for (const { key, body: segment } of await tx.documents<Segment>('segment', projectId)) {
    const config = startingSegmentConfig();
    await tx.put({ kind: 'segment-config', parent, key }, config, 0);
    items.push({ kind: 'segment', key, body: segmentBodyOf(segment, config) });
  }
  return items;
}
