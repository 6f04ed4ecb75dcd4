import type { ErrorKind } from '../model/resolution.ts';
import type { EvaluationDetail, SdkReason } from './detail.ts';

/** OpenFeature's words for why a value was served. */
export type OpenFeatureReason =
  | 'STATIC'
  | 'DEFAULT'
  | 'TARGETING_MATCH'
  | 'SPLIT'
  | 'DISABLED'
  | 'CACHED'
  | 'STALE'
  | 'UNKNOWN'
  | 'ERROR';

/** Where no bucket chose, and the flag has rules. */
const REASONS: Readonly<Record<string, OpenFeatureReason>> = {
  OFF: 'DISABLED',
  KILLED: 'DISABLED',
  BREAKER_OPEN: 'DISABLED',
  TARGET_MATCH: 'TARGETING_MATCH',
  RULE_MATCH: 'TARGETING_MATCH',
  PREREQUISITE_FAILED: 'TARGETING_MATCH',
  FALLTHROUGH: 'DEFAULT',
  OVERRIDE: 'STATIC',
} satisfies Record<Exclude<SdkReason['kind'], 'ERROR' | 'REMOTE'>, OpenFeatureReason>;

const ERROR_CODES = {
  CLIENT_NOT_READY: 'PROVIDER_NOT_READY',
  FLAG_NOT_FOUND: 'FLAG_NOT_FOUND',
  TYPE_MISMATCH: 'TYPE_MISMATCH',
  INVALID_CONTEXT: 'INVALID_CONTEXT',
  MALFORMED_FLAG: 'PARSE_ERROR',
  UNSUPPORTED: 'PARSE_ERROR',
  CONFIG: 'PROVIDER_FATAL',
  CLIENT_CLOSED: 'PROVIDER_FATAL',
  INTERNAL: 'GENERAL',
} as const satisfies Record<ErrorKind, string>;
export type OpenFeatureErrorCode = (typeof ERROR_CODES)[ErrorKind];

/** What a provider may know of a flag besides an answer. */
export interface FlagFacts {
  readonly hasRules: boolean;
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

/** An answer as OpenFeature's SDKs take it from a provider. */
export interface OpenFeatureDetails<T> {
  readonly value: T;
  readonly reason: OpenFeatureReason;
  readonly variant?: string;
  readonly errorCode?: OpenFeatureErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata: Record<string, string | number | boolean>;
}

export function openFeatureErrorCode(kind: ErrorKind): OpenFeatureErrorCode {
  return ERROR_CODES[kind];
}

/** Where the value is old or from elsewhere than the service, that is the reason, whatever chose it. */
export function openFeatureReason(
  { reason, source, stale }: Pick<EvaluationDetail<unknown>, 'reason' | 'source' | 'stale'>,
  hasRules: boolean,
): OpenFeatureReason {
  if (reason.kind === 'ERROR') return 'ERROR';
  if (stale) return 'STALE';
  if (source === 'cache' || source === 'bootstrap') return 'CACHED';
  return reasonOf(reason, hasRules);
}

/** `flagSetId` stands for the environment, as far as the client knows it. */
export function openFeatureDetails<T>(
  key: string,
  detail: EvaluationDetail<T>,
  facts: FlagFacts,
  flagSetId: string | null,
): OpenFeatureDetails<T> {
  const { value, variation, flagVersion, reason } = detail;
  const flagMetadata = {
    ...facts.metadata,
    ...('rollout' in reason && reason.rollout === null && { notBucketed: true }),
    ...(flagVersion !== null && { version: flagVersion }),
    ...(flagSetId !== null && { flagSetId }),
  };
  const told = { value, reason: openFeatureReason(detail, facts.hasRules), flagMetadata };
  if (reason.kind !== 'ERROR') return variation === null ? told : { ...told, variant: variation };
  const errorMessage = reason.errorKind === 'FLAG_NOT_FOUND' ? `flag ${key} not found` : reason.message;
  return { ...told, errorCode: ERROR_CODES[reason.errorKind], errorMessage };
}

function reasonOf(reason: SdkReason, hasRules: boolean): OpenFeatureReason {
  if ('rollout' in reason && reason.rollout !== undefined) return reason.rollout === null ? 'DEFAULT' : 'SPLIT';
  if (reason.kind === 'FALLTHROUGH' && !hasRules) return 'STATIC';
  return REASONS[(reason.kind === 'REMOTE' ? reason.reason : reason.kind) ?? ''] ?? 'UNKNOWN';
}
