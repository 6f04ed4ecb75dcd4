import type { DomainEvent } from '../events.ts';
import type { Logger } from '../log.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { OutboxEntry, Store } from '../store/store.ts';
import { type ChannelBody, flagsOf } from './channel.ts';
import { type RoutingTable, routed } from './routing.ts';

const AT_ONCE = 100;
const NOBODY: RoutingTable = { channels: [], tagsOf: () => [] };

/** Every kind that this version can tell of. */
const KINDS: Readonly<Record<DomainEvent['kind'], true>> = {
  'flag-killed': true,
  'flag-restored': true,
  changed: true,
  'rollout-moved': true,
  'incident-opened': true,
  'incident-resolved': true,
  'deploy-reported': true,
  'stale-digest': true,
  'owner-nudged': true,
  'nudge-escalated': true,
  'flag-still-asked': true,
};

/** Puts notices in the place of all events that wait. Resolves once none is left. */
export async function routeWaiting(store: Store, logger: Logger): Promise<void> {
  for (;;) {
    const entries = await store.waitingEvents(AT_ONCE);
    if (entries.length === 0) return;
    const known = entries.filter(({ topic }) => Object.hasOwn(KINDS, topic));
    const unknown = entries.filter(({ topic }) => !Object.hasOwn(KINDS, topic));
    if (unknown.length > 0) logger.warn({ topics: unknown.map(({ topic }) => topic) }, 'events of unknown kinds');
    const tables = await tablesOf(store, known);
    const events = routed(known, (project) => tables.get(project) ?? NOBODY);
    await store.routeEvents([...events, ...unknown.map(({ id }) => ({ entry: id, notices: [] }))]);
    if (entries.length < AT_ONCE) return;
  }
}

async function tablesOf(store: Store, entries: readonly OutboxEntry[]): Promise<ReadonlyMap<string, RoutingTable>> {
  const tables = new Map<string, RoutingTable>();
  const events = entries.map(({ body }) => body as DomainEvent);
  for (const key of new Set(events.map(({ project }) => project))) {
    const flags = events.filter(({ project }) => project === key).flatMap(flagsOf);
    tables.set(key, await tableOfProject(store, key, flags));
  }
  return tables;
}

/** What routing has to know for one event. */
export function tableOf(store: Store, event: DomainEvent): Promise<RoutingTable> {
  return tableOfProject(store, event.project, flagsOf(event));
}

async function tableOfProject(store: Store, key: string, flags: readonly string[]): Promise<RoutingTable> {
  const project = await store.document<ProjectBody>({ kind: 'project', parent: '', key });
  if (project === null) return NOBODY;
  const channels = await store.documents<ChannelBody>('channel', project.id);
  if (channels.every(({ body }) => body.tags.length === 0)) return { channels, tagsOf: () => [] };
  const tags = new Map<string, readonly string[]>();
  for (const flag of new Set(flags)) {
    const stored = await store.document<{ readonly tags: readonly string[] }>({
      kind: 'flag',
      parent: project.id,
      key: flag,
    });
    tags.set(flag, stored?.body.tags ?? []);
  }
  return { channels, tagsOf: (flag) => tags.get(flag) ?? [] };
}
