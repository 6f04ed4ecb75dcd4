import { RefusedError } from '../errors.ts';
import type { Reads, StoredDocument } from '../store/store.ts';
import { bodyAt } from './write-path/revisions.ts';
import type { FlagDocumentKind } from './write-path/workspace.ts';

/** The body that a document had at an earlier revision, or the refusal that nobody knows it any more. */
export async function revertTarget<B>(
  reads: Reads,
  document: StoredDocument<B> & { readonly kind: FlagDocumentKind },
  revision: number,
): Promise<B> {
  if (revision === document.revision) return document.body;
  const body = await bodyAt(reads, document, revision);
  if (body !== null) return body as B;
  throw new RefusedError({
    code: 'not-found',
    detail: `Revision ${revision} of \`${document.key}\` is not in the audit log. Choose one that the history lists.`,
    errors: [{ pointer: '/to', detail: 'is no revision that the history knows' }],
  });
}
