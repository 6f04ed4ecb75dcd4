import { type EvaluationInfo, type Hook, openFeatureErrorCode, openFeatureReason } from '@glidepath/core/sdk';
import { context, type Span, trace } from '@opentelemetry/api';
import { type Logger, logs } from '@opentelemetry/api-logs';
import { type ClientFacts, hookWithFacts } from './facts.ts';
import { NAMES, SCHEMA_URL } from './semantic-names.ts';

export interface OtelHookOptions {
  /**
   * `event` (default): a log record named `feature_flag.evaluation`. `span-event`: for back ends that know no such records.
   * `span-attribute`: on the span itself, where the flag that was read last is the one that stays.
   */
  readonly emit?: 'event' | 'span-event' | 'span-attribute';
  /** Default false: values may be large or private. */
  readonly includeValue?: boolean;
  /** Default false: it identifies somebody. */
  readonly includeContextId?: boolean;
  /** Default true: once for each flag and variation in a span. */
  readonly oncePerSpan?: boolean;
}

type Attributes = Record<string, string>;
type Emit = (attributes: Attributes, span: Span | undefined) => void;

const EMITTERS: Readonly<Record<NonNullable<OtelHookOptions['emit']>, (logger: () => Logger) => Emit>> = {
  event: (logger) => (attributes) => logger().emit({ eventName: NAMES.event, attributes, context: context.active() }),
  'span-event': () => (attributes, span) => span?.addEvent(NAMES.event, attributes),
  'span-attribute': () => (attributes, span) => span?.setAttributes(attributes),
};

/** Tells OpenTelemetry of evaluations, by the names of its semantic conventions. One hook for one client. */
export function otelHook(options: OtelHookOptions = {}): Hook {
  const told = new WeakMap<Span, Set<string>>();
  let facts: ClientFacts | null = null;
  let logger: Logger | null = null;
  const loggerOf = (): Logger => {
    logger ??= logs.getLogger('@glidepath/sdk-node', undefined, { schemaUrl: SCHEMA_URL });
    return logger;
  };
  const emit = (EMITTERS[options.emit ?? 'event'] ?? EMITTERS.event)(loggerOf);

  const isNew = (span: Span | undefined, { key, detail }: EvaluationInfo): boolean => {
    if (span === undefined || options.oncePerSpan === false) return true;
    const known = told.get(span) ?? new Set();
    told.set(span, known);
    const name = `${key}\t${detail.variation}`;
    const isFirst = !known.has(name);
    known.add(name);
    return isFirst;
  };

  const hook: Hook = {
    name: 'opentelemetry',
    afterEvaluation(info) {
      const span = trace.getActiveSpan();
      if (isNew(span, info)) emit(attributesOf(info, facts, options), span);
    },
  };
  return hookWithFacts(hook, (given) => {
    facts = given;
  });
}

function attributesOf(info: EvaluationInfo, facts: ClientFacts | null, options: OtelHookOptions): Attributes {
  const { key, detail } = info;
  const { variation, flagVersion, reason, value } = detail;
  const set = facts?.environment() ?? null;
  const id = options.includeContextId === true ? idOf(info) : null;
  const hasRules = facts?.flag(key).hasRules ?? true;
  return {
    [NAMES.key]: key,
    [NAMES.provider]: 'glidepath',
    [NAMES.reason]: openFeatureReason(detail, hasRules).toLowerCase(),
    ...(variation !== null && { [NAMES.variant]: variation }),
    ...(flagVersion !== null && { [NAMES.version]: String(flagVersion) }),
    ...(set !== null && { [NAMES.set]: set }),
    ...(id !== null && { [NAMES.contextId]: id }),
    ...(options.includeValue === true && { [NAMES.value]: textOf(value) }),
    ...(reason.kind === 'ERROR' && {
      [NAMES.errorType]: openFeatureErrorCode(reason.errorKind).toLowerCase(),
      [NAMES.errorMessage]: reason.message,
    }),
  };
}

/** The user's key, or that of whoever is there instead. */
function idOf({ context: kinds }: EvaluationInfo): string | null {
  const { user, ...others } = kinds;
  const key = [user, ...Object.values(others)].map((kind) => kind?.key).find((one) => one !== undefined);
  return key === undefined || key === null ? null : String(key);
}

/** Spans take no objects. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
