import type { Flag, FlagConfig } from '@glidepath/core';
import { environmentsOf } from '../store/documents.ts';
import type { AuditRecord, Reads, StoredDocument } from '../store/store.ts';
import type { ListedFlag } from './flag-list.ts';

/** Projects that are kept in memory. */
const PROJECTS = 8;
/** More news than this, and everything is read again. */
const NEWS = 200;

interface Table {
  readonly id: string;
  readonly environment: string;
  readonly configs: ReadonlyMap<string, FlagConfig>;
}

/** A project's flags as of one position in the audit log. Never mutated. */
interface Listing {
  readonly project: string;
  readonly seq: number;
  readonly flags: ReadonlyMap<string, StoredDocument<Flag>>;
  readonly tables: readonly Table[];
}

/**
 * Every flag of a project with its configurations, kept parsed between requests. Each committed write of any replica
 * is a record of the one audit log, so what was written since is what the records since then name.
 */
export class FlagIndex {
  readonly #reads: Reads;
  readonly #listings = new Map<string, Listing>();

  constructor(reads: Reads) {
    this.#reads = reads;
  }

  async flagsOf(projectId: string): Promise<readonly ListedFlag[]> {
    const { seq } = await this.#reads.auditHead();
    const known = this.#listings.get(projectId);
    const listing = known?.seq === seq ? known : await this.#fresh(projectId, known, seq);
    // Set anew, so that the first key is the one that was not asked for the longest.
    this.#listings.delete(projectId);
    this.#listings.set(projectId, listing);
    const oldest = this.#listings.keys().next().value;
    if (this.#listings.size > PROJECTS && oldest !== undefined) this.#listings.delete(oldest);
    return flagsOf(listing);
  }

  async #fresh(projectId: string, known: Listing | undefined, seq: number): Promise<Listing> {
    if (known === undefined || seq - known.seq > NEWS) return this.#read(projectId, seq);
    const records = await this.#reads.audit({ after: known.seq, ascending: true, limit: NEWS + 1 });
    const documents = records.flatMap((record) => record.documents);
    const isSmall = documents.length <= NEWS && !documents.some(({ kind }) => kind === 'environment');
    return isSmall ? this.#updated(known, documents, seq) : this.#read(projectId, seq);
  }

  async #read(projectId: string, seq: number): Promise<Listing> {
    const tables: Table[] = [];
    for (const { id, key } of await environmentsOf(this.#reads, projectId)) {
      const configs = await this.#reads.documents<FlagConfig>('flag-config', id);
      tables.push({ id, environment: key, configs: new Map(configs.map((config) => [config.key, config.body])) });
    }
    const flags = await this.#reads.documents<Flag>('flag', projectId);
    return { project: projectId, seq, flags: new Map(flags.map((flag) => [flag.key, flag])), tables };
  }

  async #updated(known: Listing, documents: AuditRecord['documents'], seq: number): Promise<Listing> {
    const flags = new Map(known.flags);
    const tables = known.tables.map((table) => ({ ...table, configs: new Map(table.configs) }));
    for (const { kind, id } of documents) {
      if (kind === 'flag') {
        const flag = await this.#reads.documentById<Flag>('flag', id);
        if (flag?.parent === known.project) flags.set(flag.key, flag);
      }
      if (kind === 'flag-config') {
        const config = await this.#reads.documentById<FlagConfig>('flag-config', id);
        if (config !== null) tables.find((table) => table.id === config.parent)?.configs.set(config.key, config.body);
      }
    }
    return { project: known.project, seq, flags, tables };
  }
}

function flagsOf({ flags, tables }: Listing): readonly ListedFlag[] {
  return [...flags.values()].map((flag) => ({
    flag,
    configs: tables.flatMap(({ environment, configs }) => {
      const config = configs.get(flag.key);
      return config === undefined ? [] : [{ environment, config }];
    }),
  }));
}
