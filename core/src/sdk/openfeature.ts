import type { ErrorKind, EvaluationReason } from '../model/resolution.ts';
import type { ToldWord } from '../model/told-reason.ts';
import type { EvaluationDetail, SdkReason } from './detail.ts';

/** OpenFeature's words for why a value was served. */
export type OpenFeatureReason = ToldWord | 'CACHED' | 'STALE' | 'UNKNOWN' | 'ERROR';

type ServedReason = Exclude<EvaluationReason, { kind: 'ERROR' }>;

/** Of values that a service has chosen, by the kind of its reason. */
const SERVED = {
  OFF: 'DISABLED',
  KILLED: 'DISABLED',
  TARGET_MATCH: 'TARGETING_MATCH',
  RULE_MATCH: 'TARGETING_MATCH',
  PREREQUISITE_FAILED: 'TARGETING_MATCH',
  FALLTHROUGH: 'DEFAULT',
} as const satisfies Record<ServedReason['kind'], ToldWord>;

type Codes = Readonly<Partial<Record<ErrorKind, string>>>;

/** OpenFeature's codes; where it has the same word, there is no line. */
const CLIENT_CODES = {
  CLIENT_NOT_READY: 'PROVIDER_NOT_READY',
  CONFIG: 'PROVIDER_FATAL',
  CLIENT_CLOSED: 'PROVIDER_FATAL',
} as const satisfies Codes;

/** Of what goes wrong where flags are evaluated, which pages do not do. */
const EVALUATION_CODES: Codes = {
  MALFORMED_FLAG: 'PARSE_ERROR',
  UNSUPPORTED: 'PARSE_ERROR',
  INTERNAL: 'GENERAL',
} satisfies Record<
  Exclude<ErrorKind, keyof typeof CLIENT_CODES | 'FLAG_NOT_FOUND' | 'TYPE_MISMATCH' | 'INVALID_CONTEXT'>,
  string
>;

/** What a flag's answers do not say of it. */
export interface FlagFacts {
  readonly hasRules: boolean;
  /** What people noted on it. */
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
}

/** An answer as OpenFeature's SDKs take it from a provider. */
export interface OpenFeatureDetails<T> {
  readonly value: T;
  readonly reason: OpenFeatureReason;
  readonly variant?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly flagMetadata: Record<string, string | number | boolean>;
}

type Evaluated = Pick<EvaluationDetail<unknown>, 'reason' | 'source' | 'stale'>;

/** Why a server SDK served a value. */
export function openFeatureReason(detail: Evaluated, hasRules = true): OpenFeatureReason {
  return reasonBeside(detail) ?? chosenBy(detail.reason, hasRules);
}

/** Why a browser SDK did. */
export function remoteReason(detail: Evaluated): OpenFeatureReason {
  return reasonBeside(detail) ?? (detail.reason.kind === 'REMOTE' ? toldBy(detail.reason) : 'STATIC');
}

/** An answer about a flag for OpenFeature; `told` is the reason in its words, `codeOf` knows those for errors. */
export function openFeatureDetails<T>(
  key: string,
  { value, variation, flagVersion, reason }: EvaluationDetail<T>,
  told: OpenFeatureReason,
  codeOf: (kind: ErrorKind) => string,
  metadata?: FlagFacts['metadata'],
): OpenFeatureDetails<T> {
  return {
    value,
    reason: told,
    flagMetadata: { ...metadata, ...(flagVersion !== null && { version: flagVersion }) },
    ...(reason.kind === 'ERROR'
      ? {
          errorCode: codeOf(reason.errorKind),
          errorMessage: reason.errorKind === 'FLAG_NOT_FOUND' ? `flag ${key} not found` : reason.message,
        }
      : variation !== null && { variant: variation }),
  };
}

/** Of a browser SDK's errors. */
export function remoteErrorCode(kind: ErrorKind): string {
  return (CLIENT_CODES as Codes)[kind] ?? kind;
}

/** Of a server SDK's. */
export function openFeatureErrorCode(kind: ErrorKind): string {
  return EVALUATION_CODES[kind] ?? remoteErrorCode(kind);
}

/** Whether a split was reached, and nobody could be put into it. */
export function isUnbucketed(reason: SdkReason): boolean {
  return 'rollout' in reason && reason.rollout === null;
}

/** Where the value is old or from elsewhere than the service, that is the reason, whatever chose it. */
function reasonBeside({ reason, source, stale }: Evaluated): OpenFeatureReason | null {
  if (reason.kind === 'ERROR') return reason.kind;
  if (stale) return 'STALE';
  return source === 'cache' || source === 'bootstrap' ? 'CACHED' : null;
}

function chosenBy(reason: SdkReason, hasRules: boolean): OpenFeatureReason {
  switch (reason.kind) {
    case 'OVERRIDE':
      return 'STATIC';
    case 'BREAKER_OPEN':
      return 'DISABLED';
    case 'REMOTE':
      return toldBy(reason);
    case 'ERROR':
      return reason.kind;
    default:
      return servedWord(reason, hasRules);
  }
}

/** Why whoever evaluates a flag served a value. */
export function servedWord(reason: ServedReason, hasRules: boolean): ToldWord {
  if (isUnbucketed(reason)) return 'DEFAULT';
  if ('rollout' in reason && reason.rollout) return 'SPLIT';
  return reason.kind === 'FALLTHROUGH' && !hasRules ? 'STATIC' : SERVED[reason.kind];
}

/** As the service said, which says nothing where the environment does not let it. */
function toldBy({ reason }: Extract<SdkReason, { kind: 'REMOTE' }>): OpenFeatureReason {
  return reason?.openFeature ?? 'UNKNOWN';
}
