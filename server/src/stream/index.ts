export type { EnvironmentChange, EnvironmentSnapshot } from '../store/store.ts';
export {
  type Cause,
  createDispatcher,
  DECISIONS,
  type Decisions,
  type Greeting,
  heartbeatOf,
  type Outgoing,
} from './outgoing.ts';
export { advanced, type Snapshot, snapshotOf } from './snapshot.ts';
