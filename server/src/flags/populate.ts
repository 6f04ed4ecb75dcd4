import type { Flag, Segment } from '@glidepath/core';
import { flagBodyOf, segmentBodyOf, startingConfig, startingSegmentConfig } from '@glidepath/core/change';
import type { EnvironmentBody } from '../store/documents.ts';
import type { ItemWrite, StoredDocument, WriteTransaction } from '../store/store.ts';
import { isGone } from './write-path/items.ts';

/**
 * Gives a new environment every flag and segment that its project has: off, and empty. Call it in the transaction that
 * makes the environment and that has locked the project's other environments, so that no flag is being made meanwhile.
 */
export async function populateEnvironment(
  tx: WriteTransaction,
  environment: StoredDocument<EnvironmentBody>,
  { changeId, now }: { readonly changeId: string; readonly now: number },
): Promise<void> {
  const items: ItemWrite[] = [];
  for (const { key, body } of await tx.documents<Flag>('flag', environment.parent)) {
    const config = startingConfig(body);
    await tx.put({ kind: 'flag-config', parent: environment.id, key }, config, 0);
    if (!isGone(body, now)) items.push({ kind: 'flag', key, body: flagBodyOf(body, config) });
  }
  for (const { key, body } of await tx.documents<Segment>('segment', environment.parent)) {
    const config = startingSegmentConfig();
    await tx.put({ kind: 'segment-config', parent: environment.id, key }, config, 0);
    items.push({ kind: 'segment', key, body: segmentBodyOf(body, config) });
  }
  if (items.length > 0) await tx.publish({ environment: environment.id, changeId, urgent: false, items });
}
