import { isSame } from '@glidepath/core/change';
import { RefusedError } from '../../errors.ts';
import type { DocumentBodies } from '../../store/documents.ts';
import type { DocumentRef } from '../../store/store.ts';
import { viewOfDocument } from '../views.ts';
import { bodyAt, shownBody } from './change-record.ts';
import type { FlagDocumentKind, Workspace } from './workspace.ts';

/** One field that both sides changed, as all three saw it. */
export interface Conflict {
  readonly path: string;
  readonly base: unknown;
  readonly current: unknown;
  readonly wanted: unknown;
}

interface Expectation<K extends FlagDocumentKind> {
  readonly ref: DocumentRef & { readonly kind: K };
  /** The revision that the caller last saw; undefined = it does not care. */
  readonly expected: number | undefined;
  /** What the caller would have made of what it saw; null where that is refused. */
  readonly wanted: (base: DocumentBodies[K]) => DocumentBodies[K] | null;
}

/** Refuses with what a person needs to merge when the document has moved on from the revision that the caller saw. */
export async function refuseStale<K extends FlagDocumentKind>(
  workspace: Workspace,
  { ref, expected, wanted }: Expectation<K>,
): Promise<void> {
  const stored = await workspace.stored(ref);
  if (expected === undefined || stored === null || stored.revision === expected) return;
  const base = (await bodyAt(workspace.reads, { kind: ref.kind, id: stored.id }, expected)) as DocumentBodies[K] | null;
  const mine = base === null ? null : wanted(base);
  throw new RefusedError({
    code: 'revision-conflict',
    detail: `${ref.key} is at revision ${stored.revision}, and you saw ${expected}. Look at \`current\`, then send the change again with its revision.`,
    extra: {
      current: await viewOfDocument(workspace, stored),
      ...(base === null ? {} : { base: shownBody(base) }),
      ...(base === null || mine === null ? {} : { conflicts: conflictsOf(base, stored.body, mine) }),
    },
  });
}

/** The fields that both sides changed, and not to the same; rules are compared one by one. */
export function conflictsOf(base: object, current: object, wanted: object): readonly Conflict[] {
  const [was, is, would] = [fieldsOf(base), fieldsOf(current), fieldsOf(wanted)];
  return [...new Set([...was.keys(), ...is.keys(), ...would.keys()])].flatMap((path): readonly Conflict[] => {
    const conflict = { path, base: was.get(path), current: is.get(path), wanted: would.get(path) };
    const theirs = !isSame(conflict.base, conflict.current);
    const mine = !isSame(conflict.base, conflict.wanted);
    return theirs && mine && !isSame(conflict.current, conflict.wanted) ? [conflict] : [];
  });
}

/** Fields by path; rules and variations by their ids, beside the order in which they stand. */
function fieldsOf(document: object): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(document)) {
    if (!isIdentified(value)) {
      fields.set(`/${name}`, value);
      continue;
    }
    for (const entry of value) fields.set(`/${name}/${identityOf(entry)}`, entry);
    if (value.length > 1) fields.set(`/${name}`, value.map(identityOf));
  }
  return fields;
}

type Identified = { readonly id: string } | { readonly key: string; readonly value: unknown };

function isIdentified(value: unknown): value is readonly Identified[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry: unknown) => typeof entry === 'object' && entry !== null && ('id' in entry || 'value' in entry))
  );
}

const identityOf = (entry: Identified): string => ('id' in entry ? entry.id : entry.key);
