export {
  type CheckCode,
  type EnvironmentFacts,
  type ForwardValue,
  LIFECYCLE_STAGES,
  type Lifecycle,
  type LifecycleFacts,
  type LifecycleSettings,
  type LifecycleStage,
  type NextStep,
  type Readiness,
  type ReadinessCheck,
  type ReferenceFacts,
  type StaleCode,
  type StaleReason,
} from './lifecycle.ts';
export { lifecycleOf } from './lifecycle-of.ts';
export { type Served, servedBy } from './served.ts';
