import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { DocumentBodies, EnvironmentBody, ProjectBody } from '../../store/documents.ts';
import type { DocumentRef, Reads, StoredDocument } from '../../store/store.ts';

/** The kinds that a change may write. */
export type FlagDocumentKind = 'flag' | 'flag-config' | 'flag-plan' | 'segment' | 'segment-config';

export interface Edited<K extends FlagDocumentKind = FlagDocumentKind> {
  readonly ref: DocumentRef & { readonly kind: K };
  /** As stored; null = it does not exist yet. */
  readonly before: StoredDocument<DocumentBodies[K]> | null;
  /** As wanted; null = deleted. */
  readonly after: DocumentBodies[K] | null;
}

export interface Place {
  readonly project: StoredDocument<ProjectBody>;
  /** All environments of the project, in their order. */
  readonly environments: readonly StoredDocument<EnvironmentBody>[];
}

const nameOf = ({ kind, parent, key }: DocumentRef): string => `${kind}\t${parent}\t${key}`;

/**
 * The project as one change sees it: stored documents, read once each, under what the change has written so far.
 * Reads only what is asked for, so that a change of one flag costs the same with ten thousand others beside it.
 */
export class Workspace {
  readonly reads: Reads;
  readonly place: Place;
  readonly #stored = new Map<string, StoredDocument | null>();
  readonly #edited = new Map<string, Edited>();
  readonly #listed = new Set<string>();
  /** What the change has been told of single documents, and of which kinds it has been told all. */
  readonly #asked = new Set<string>();
  readonly #askedAll = new Set<string>();
  readonly #reserved = new Map<string, ReadonlySet<string>>();

  constructor(reads: Reads, place: Place) {
    this.reads = reads;
    this.place = place;
  }

  /** The key of the environment of this id; null for the project, whose documents all environments share. */
  environmentKey(id: string): string | null {
    return this.place.environments.find((environment) => environment.id === id)?.key ?? null;
  }

  flag(key: string): Promise<Flag | null> {
    return this.#body({ kind: 'flag', parent: this.place.project.id, key });
  }

  config(environmentId: string, key: string): Promise<FlagConfig | null> {
    return this.#body({ kind: 'flag-config', parent: environmentId, key });
  }

  segment(key: string): Promise<Segment | null> {
    return this.#body({ kind: 'segment', parent: this.place.project.id, key });
  }

  segmentConfig(environmentId: string, key: string): Promise<SegmentConfig | null> {
    return this.#body({ kind: 'segment-config', parent: environmentId, key });
  }

  /** Every document of the kind below the parent, as the change leaves them, by key. */
  async all<K extends FlagDocumentKind>(kind: K, parent: string): Promise<ReadonlyMap<string, DocumentBodies[K]>> {
    await this.readAll(kind, parent);
    this.#askedAll.add(`${kind}\t${parent}`);
    const found = new Map<string, DocumentBodies[K]>();
    for (const [name, document] of this.#stored) {
      if (document?.kind === kind && document.parent === parent && !this.#edited.has(name)) {
        found.set(document.key, document.body as DocumentBodies[K]);
      }
    }
    for (const { ref, after } of this.#edited.values()) {
      if (ref.kind === kind && ref.parent === parent && after !== null) found.set(ref.key, after as DocumentBodies[K]);
    }
    return found;
  }

  /** Reads every document of the kind below the parent at once: for who will ask for many of them. */
  async readAll(kind: FlagDocumentKind, parent: string): Promise<void> {
    const listing = `${kind}\t${parent}`;
    if (this.#listed.has(listing)) return;
    for (const document of await this.reads.documents(kind, parent)) {
      const name = nameOf(document);
      if (!this.#stored.has(name)) this.#stored.set(name, document);
    }
    this.#listed.add(listing);
  }

  /** What is stored, whatever the change has written. */
  stored<K extends FlagDocumentKind>(
    ref: DocumentRef & { readonly kind: K },
  ): Promise<StoredDocument<DocumentBodies[K]> | null> {
    return this.#storedAs(ref, nameOf(ref));
  }

  async #storedAs<K extends FlagDocumentKind>(
    ref: DocumentRef & { readonly kind: K },
    name: string,
  ): Promise<StoredDocument<DocumentBodies[K]> | null> {
    let document = this.#stored.get(name);
    if (document === undefined) {
      document = this.#listed.has(`${ref.kind}\t${ref.parent}`) ? null : await this.reads.document(ref);
      this.#stored.set(name, document);
    }
    this.#asked.add(name);
    return document as StoredDocument<DocumentBodies[K]> | null;
  }

  /** Whether all that the change was told of is still so. */
  async isAsIn(reads: Reads): Promise<boolean> {
    const revisions = new Map<string, ReadonlyMap<string, number>>();
    const revisionsOf = async ({ kind, parent }: Omit<DocumentRef, 'key'>) => {
      const listing = `${kind}\t${parent}`;
      const known = revisions.get(listing) ?? (await reads.revisions(kind, parent));
      revisions.set(listing, known);
      return known;
    };
    for (const name of this.#asked) {
      const [kind, parent = '', key = ''] = name.split('\t');
      const now = (await revisionsOf({ kind: kind as FlagDocumentKind, parent })).get(key);
      if (now !== this.#stored.get(name)?.revision) return false;
    }
    for (const listing of this.#askedAll) {
      const [kind, parent = ''] = listing.split('\t');
      const known = [...this.#stored.values()].filter((one) => one?.kind === kind && one?.parent === parent);
      const now = await revisionsOf({ kind: kind as FlagDocumentKind, parent });
      if (known.length !== now.size || known.some((one) => one?.revision !== now.get(one?.key ?? ''))) return false;
    }
    return true;
  }

  /** Whether a document that was deleted had this key: it is never given again. */
  async isReserved({ kind, parent, key }: DocumentRef): Promise<boolean> {
    const listing = `${kind}\t${parent}`;
    const reserved = this.#reserved.get(listing) ?? (await this.reads.reservedKeys(kind, parent));
    this.#reserved.set(listing, reserved);
    return reserved.has(key.toLowerCase());
  }

  async write<K extends FlagDocumentKind>(
    ref: DocumentRef & { readonly kind: K },
    after: DocumentBodies[K] | null,
  ): Promise<void> {
    const name = nameOf(ref);
    const edited: Edited<K> = { ref, before: await this.#storedAs(ref, name), after };
    this.#edited.set(name, edited as Edited);
  }

  /** What the change writes, in the order in which it first touched each document. */
  edited(): readonly Edited[] {
    return [...this.#edited.values()];
  }

  async #body<K extends FlagDocumentKind>(ref: DocumentRef & { readonly kind: K }): Promise<DocumentBodies[K] | null> {
    const name = nameOf(ref);
    const edited = this.#edited.get(name);
    if (edited !== undefined) return edited.after as DocumentBodies[K] | null;
    return (await this.#storedAs(ref, name))?.body ?? null;
  }
}
