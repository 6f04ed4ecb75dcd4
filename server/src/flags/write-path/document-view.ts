import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { StoredDocument } from '../../store/store.ts';
import { flagConfigViewOf, flagViewOf, segmentConfigViewOf, segmentViewOf } from '../views.ts';
import type { FlagDocumentKind, Workspace } from './workspace.ts';

/** The key of the environment that a document belongs to; null for what environments share. */
export function environmentOf(workspace: Workspace, parent: string): string | null {
  return workspace.place.environments.find((environment) => environment.id === parent)?.key ?? null;
}

/** Any document that a change writes, as the HTTP API shows it. */
export async function viewOfDocument(workspace: Workspace, document: StoredDocument): Promise<unknown> {
  const environment = environmentOf(workspace, document.parent) ?? '';
  const kind = document.kind as FlagDocumentKind;
  switch (kind) {
    case 'flag':
      return flagViewOf(document as StoredDocument<Flag>);
    case 'flag-config': {
      const flag = await workspace.flag(document.key);
      if (flag === null) throw new Error(`configuration ${document.id} has no flag ${document.key}`);
      return flagConfigViewOf(flag, environment, document as StoredDocument<FlagConfig>);
    }
    case 'segment':
      return segmentViewOf(document as StoredDocument<Segment>);
    case 'segment-config':
      return segmentConfigViewOf(environment, document as StoredDocument<SegmentConfig>);
  }
}
