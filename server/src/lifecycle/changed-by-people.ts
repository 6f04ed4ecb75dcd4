import type { AuditRecord, Store } from '../store/store.ts';

/** More records than this, and everything is read again. */
const NEWS = 200;
/** Projects that are kept in memory. */
const PROJECTS = 8;

/** When somebody, not the service itself, changed each flag last. */
export interface ChangedByPeople {
  /** By flag; of the project with this key. */
  of(project: string): Promise<ReadonlyMap<string, number>>;
}

interface Known {
  readonly seq: number;
  readonly changes: ReadonlyMap<string, number>;
}

/** Kept between calls: each change is a record of the one audit log, so only those since then are read. */
export function createChangedByPeople(store: Pick<Store, 'auditHead' | 'audit' | 'changedByPeople'>): ChangedByPeople {
  const projects = new Map<string, Known>();

  async function fresh(project: string, seq: number): Promise<ReadonlyMap<string, number>> {
    const known = projects.get(project);
    if (known === undefined || seq - known.seq > NEWS) return store.changedByPeople(project);
    if (seq === known.seq) return known.changes;
    const records = await store.audit({ project, after: known.seq, ascending: true, limit: NEWS });
    const changes = new Map(known.changes);
    for (const { at, key } of records.flatMap(changesIn)) changes.set(key, Math.max(at, changes.get(key) ?? 0));
    return changes;
  }

  return {
    async of(project) {
      // Read before the changes: what is written in between is read again next time.
      const { seq } = await store.auditHead();
      const changes = await fresh(project, seq);
      // Set anew, so that the first key is the one that was not asked for the longest.
      projects.delete(project);
      projects.set(project, { seq, changes });
      const oldest = projects.keys().next().value;
      if (projects.size > PROJECTS && oldest !== undefined) projects.delete(oldest);
      return changes;
    },
  };
}

function changesIn({ at, actor, documents }: AuditRecord): readonly { readonly at: number; readonly key: string }[] {
  if (actor === 'system') return [];
  return documents.flatMap(({ kind, key }) => (kind === 'flag' || kind === 'flag-config' ? [{ at, key }] : []));
}
