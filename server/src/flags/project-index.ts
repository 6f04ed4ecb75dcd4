import { environmentsOf } from '../store/documents.ts';
import type { AuditRecord, DocumentKind, Reads, StoredDocument } from '../store/store.ts';

/** Projects that are kept in memory. */
const PROJECTS = 8;
/** More news than this, and everything is read again. */
const NEWS = 200;

/** What is kept of a project: one kind of document that environments share, and each environment's part of it. */
export interface Indexed<Part, Kept> {
  readonly shared: DocumentKind;
  readonly part: DocumentKind;
  /** What is remembered of a part. */
  readonly keep: (part: Part) => Kept;
}

/** One shared document with what is kept of its parts, in the order of the environments. */
export interface Listed<Shared, Kept> {
  readonly document: StoredDocument<Shared>;
  readonly parts: readonly { readonly environment: string; readonly part: Kept }[];
}

interface Table<Kept> {
  readonly id: string;
  readonly environment: string;
  readonly parts: ReadonlyMap<string, Kept>;
}

/** A project as of one position in the audit log. Never mutated. */
interface Listing<Shared, Kept> {
  readonly project: string;
  readonly seq: number;
  readonly documents: ReadonlyMap<string, StoredDocument<Shared>>;
  readonly tables: readonly Table<Kept>[];
}

/**
 * Every document of one kind of a project, kept parsed between requests. Each committed write of any replica is a
 * record of the one audit log, so what was written since is what the records since then name.
 */
export class ProjectIndex<Shared, Part, Kept> {
  readonly #reads: Reads;
  readonly #indexed: Indexed<Part, Kept>;
  readonly #listings = new Map<string, Listing<Shared, Kept>>();

  constructor(reads: Reads, indexed: Indexed<Part, Kept>) {
    this.#reads = reads;
    this.#indexed = indexed;
  }

  /** All of a project, ordered by key unless changed since they were first read. */
  async all(projectId: string): Promise<readonly Listed<Shared, Kept>[]> {
    const { seq } = await this.#reads.auditHead();
    const known = this.#listings.get(projectId);
    const listing = known?.seq === seq ? known : await this.#fresh(projectId, known, seq);
    // Set anew, so that the first key is the one that was not asked for the longest.
    this.#listings.delete(projectId);
    this.#listings.set(projectId, listing);
    const oldest = this.#listings.keys().next().value;
    if (this.#listings.size > PROJECTS && oldest !== undefined) this.#listings.delete(oldest);
    return listedOf(listing);
  }

  async #fresh(projectId: string, known: Listing<Shared, Kept> | undefined, seq: number) {
    if (known === undefined || seq - known.seq > NEWS) return this.#read(projectId, seq);
    const records = await this.#reads.audit({ after: known.seq, ascending: true, limit: NEWS + 1 });
    const documents = records.flatMap((record) => record.documents);
    const isSmall = documents.length <= NEWS && !documents.some(({ kind }) => kind === 'environment');
    return isSmall ? this.#updated(known, documents, seq) : this.#read(projectId, seq);
  }

  async #read(projectId: string, seq: number): Promise<Listing<Shared, Kept>> {
    const { shared, part, keep } = this.#indexed;
    const tables: Table<Kept>[] = [];
    for (const { id, key } of await environmentsOf(this.#reads, projectId)) {
      const parts = await this.#reads.documents<Part>(part, id);
      tables.push({ id, environment: key, parts: new Map(parts.map((stored) => [stored.key, keep(stored.body)])) });
    }
    const documents = await this.#reads.documents<Shared>(shared, projectId);
    return { project: projectId, seq, documents: new Map(documents.map((stored) => [stored.key, stored])), tables };
  }

  async #updated(known: Listing<Shared, Kept>, news: AuditRecord['documents'], seq: number) {
    const { shared, part, keep } = this.#indexed;
    const documents = new Map(known.documents);
    const tables = known.tables.map((table) => ({ ...table, parts: new Map(table.parts) }));
    for (const { kind, id, key } of news) {
      if (kind === shared) {
        const stored = await this.#reads.documentById<Shared>(shared, id);
        if (stored?.parent === known.project) documents.set(stored.key, stored);
        else if (stored === null && documents.get(key)?.id === id) documents.delete(key);
      }
      if (kind === part) {
        const stored = await this.#reads.documentById<Part>(part, id);
        if (stored !== null)
          tables.find((table) => table.id === stored.parent)?.parts.set(stored.key, keep(stored.body));
      }
    }
    return { project: known.project, seq, documents, tables };
  }
}

function listedOf<Shared, Kept>({ documents, tables }: Listing<Shared, Kept>): readonly Listed<Shared, Kept>[] {
  return [...documents.values()].map((document) => ({
    document,
    parts: tables.flatMap(({ environment, parts }) => {
      const part = parts.get(document.key);
      return part === undefined ? [] : [{ environment, part }];
    }),
  }));
}
