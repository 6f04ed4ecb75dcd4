import { grouped } from '@glidepath/core/change';

export const auditMessages = {
  title: 'Audit',
  lead: (total: number) => `${grouped(total)} entries in the chain`,
  failed: 'The audit log could not be loaded',
  list: 'Audit log, newest first',
  when: 'When',
  who: 'Who',
  what: 'What',
  where: 'Where',
  versions: 'Versions',
  filters: {
    flag: 'Flag',
    environment: 'Environment',
    any: 'any',
  },
  step: (environment: string, from: number, to: number) =>
    from === to ? environment : `${environment} ${from} → ${to}`,
  verify: 'Verify integrity',
  verifying: 'Verifying…',
  verifyFailed: 'The chain could not be verified',
  intact: (seq: number, hash: string) => `✓ ${grouped(seq)} entries chained, head ${hash.slice(0, 12)}…`,
  broken: (seq: number, because: string) => `✕ Entry ${grouped(seq)} does not fit: ${because}`,
  download: 'Export as CSV',
  more: 'Show older',
  loadingMore: 'Loading…',
  none: 'Nothing matches',
  system: 'Glidepath',
} as const;
