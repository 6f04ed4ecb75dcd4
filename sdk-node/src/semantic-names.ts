/** The release of OpenTelemetry's semantic conventions that the names are of. */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0';

/** What OpenTelemetry calls an evaluation and what is told of it: all its names are here, and nowhere else. */
export const NAMES = {
  event: 'feature_flag.evaluation',
  key: 'feature_flag.key',
  variant: 'feature_flag.result.variant',
  value: 'feature_flag.result.value',
  reason: 'feature_flag.result.reason',
  provider: 'feature_flag.provider.name',
  set: 'feature_flag.set.id',
  version: 'feature_flag.version',
  contextId: 'feature_flag.context.id',
  errorType: 'error.type',
  errorMessage: 'feature_flag.error.message',
} as const;
