export { decideIntent, type IntentDecision, type Offer } from './intent.ts';
export { type MergedChange, mergeChanges } from './merge.ts';
export {
  createDispatcher,
  DECISIONS,
  type Decisions,
  type Dispatcher,
  heartbeatOf,
  type Outgoing,
} from './outgoing.ts';
export { changesAfter } from './ring.ts';
export { advanced, basisOf, type Snapshot, snapshotOf } from './snapshot.ts';
