import { timeOf } from '../http/api.ts';
import type { AuditView } from '../http/api-types.ts';
import type { AuditRecord } from '../store/store.ts';

/** A record as the API shows it; its content is null once retention blanked it. */
export function auditViewOf(record: AuditRecord): AuditView {
  const { seq, at, actor, origin, action, project, changeId, environments, hash } = record;
  return {
    seq,
    at: timeOf(at),
    actor,
    origin,
    action,
    project,
    changeId,
    environments,
    content: record.content === null ? null : (JSON.parse(record.content) as unknown),
    hash,
  };
}
