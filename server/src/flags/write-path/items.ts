import type { Flag, FlagBody, FlagConfig, SegmentBody } from '@glidepath/core';
import { flagBodyOf, segmentBodyOf, startingConfig } from '@glidepath/core/change';
import type { DocumentBodies } from '../../store/documents.ts';
import { printItem } from '../../store/publish.ts';
import type { ItemWrite, MembersOp } from '../../store/store.ts';
import { membersOpsOf } from './members-ops.ts';
import type { Pause } from './pause.ts';
import type { Edited, Workspace } from './workspace.ts';

/** How long an archived flag keeps serving, so that code which still asks for it shows up. */
export const ARCHIVED_SERVES_MS = 30 * 24 * 60 * 60 * 1_000;

/** What one environment's payload should hold of the documents that a change touched. */
export interface Publication {
  readonly environment: string;
  readonly items: readonly ItemWrite[];
  readonly members: readonly MembersOp[];
}

/** The items of every environment that the change may alter; the store takes a version only where one differs. */
export async function publicationsOf(workspace: Workspace, now: number, pause: Pause): Promise<readonly Publication[]> {
  const publications: Publication[] = [];
  for (const { id } of workspace.place.environments) {
    const edited = workspace.edited().filter(({ ref }) => ref.parent === id || isShared(ref.kind));
    const keysOf = (...kinds: readonly Edited['ref']['kind'][]) =>
      new Set(edited.filter(({ ref }) => kinds.includes(ref.kind)).map(({ ref }) => ref.key));
    const items: ItemWrite[] = [];
    const members: MembersOp[] = [];
    for (const key of keysOf('flag', 'flag-config')) {
      items.push(await flagItem(workspace, id, key, now));
      await pause();
    }
    // The shared part of a segment is text for people; making and deleting one touch its definitions too.
    for (const key of keysOf('segment-config')) {
      const { before, after } = await segmentBodies(workspace, id, key);
      items.push({ kind: 'segment', key, body: after });
      if (before !== null && after !== null) members.push(...membersOpsOf(key, before, after));
    }
    if (items.length > 0) publications.push({ environment: id, items, members });
  }
  return publications;
}

const isShared = (kind: Edited['ref']['kind']): boolean => kind === 'flag' || kind === 'segment';

async function flagItem(workspace: Workspace, environmentId: string, key: string, now: number): Promise<ItemWrite> {
  const flag = await workspace.flag(key);
  const config = await workspace.config(environmentId, key);
  if (flag === null || config === null || isGone(flag, now)) return { kind: 'flag', key, body: null };
  const body = config.killed === null ? flagBodyOf(flag, config) : killedBodyOf(flag, config);
  return { kind: 'flag', key, print: printItem(body) };
}

/** Whether an archived flag has served its time. */
export function isGone({ archivedAt }: Flag, now: number): boolean {
  return archivedAt !== null && now - archivedAt >= ARCHIVED_SERVES_MS;
}

/** A killed flag serves its off variation whatever else is wrong with it, so its emergency stop must compile. */
function killedBodyOf(flag: Flag, config: FlagConfig): FlagBody {
  try {
    return flagBodyOf(flag, config);
  } catch {
    const known = flag.variations.some(({ key }) => key === config.offVariation);
    const start = startingConfig(flag);
    return flagBodyOf(flag, {
      ...start,
      offVariation: known ? config.offVariation : start.offVariation,
      killed: config.killed,
    });
  }
}

async function segmentBodies(
  workspace: Workspace,
  environmentId: string,
  key: string,
): Promise<Record<'before' | 'after', SegmentBody | null>> {
  const shared = { kind: 'segment', parent: workspace.place.project.id, key } as const;
  const own = { kind: 'segment-config', parent: environmentId, key } as const;
  const before = bodyOf((await workspace.stored(shared))?.body, (await workspace.stored(own))?.body);
  const after = bodyOf(await workspace.segment(key), await workspace.segmentConfig(environmentId, key));
  return { before, after };
}

function bodyOf(
  segment: DocumentBodies['segment'] | null | undefined,
  config: DocumentBodies['segment-config'] | null | undefined,
): SegmentBody | null {
  return segment && config ? segmentBodyOf(segment, config) : null;
}
