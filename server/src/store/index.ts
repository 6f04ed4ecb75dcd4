export { type AuditVerdict, verifyAudit } from './audit-chain.ts';
export { type OpenStoreOptions, openStore } from './open-store.ts';
export type { AuditHead, EnvironmentChange, Store } from './store.ts';
