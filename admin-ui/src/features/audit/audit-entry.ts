import type { AuditView } from '@glidepath/server/api-types';

/** What a record says in words; its content is free-form, for it also holds sign-ins and keys. */
export interface AuditWords {
  readonly sentences: readonly string[];
  readonly comment: string | null;
  /** Keys of the documents that it is about. */
  readonly subjects: readonly string[];
}

export function auditWords({ action, content }: Pick<AuditView, 'action' | 'content'>): AuditWords {
  const changes = listIn(content, 'changes');
  const sentences = changes.flatMap((change) => listIn(change, 'summary').filter(isText));
  const subjects = changes.map((change) => textIn(change, 'key')).filter((key) => key !== null);
  return {
    sentences: sentences.length > 0 ? sentences : [action],
    comment: textIn(content, 'comment'),
    subjects: [...new Set(subjects)],
  };
}

function fieldIn(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const field = fieldIn(value, name);
  return Array.isArray(field) ? field : [];
}

function textIn(value: unknown, name: string): string | null {
  const field = fieldIn(value, name);
  return isText(field) && field !== '' ? field : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
