import { type FlagItem, type Item, type ItemId, KIND_PATTERN } from '@glidepath/core';
import {
  archivedFor,
  type MissingCount,
  MOST_SEEN,
  type SeenAttribute,
  type UsageCount,
  type UsageReport,
} from '../store/usage.ts';
import { healthOf, isName } from './health-reading.ts';
import type { WireReport } from './report-schema.ts';

/** An environment as this process serves it. */
export interface ServedEnvironment {
  readonly version: number;
  readonly items: Pick<ReadonlyMap<ItemId, Item>, 'get'>;
}

const REASONS: ReadonlySet<string> = new Set([
  'OFF',
  'KILLED',
  'TARGET_MATCH',
  'RULE_MATCH',
  'FALLTHROUGH',
  'PREREQUISITE_FAILED',
  'BREAKER_OPEN',
  'OVERRIDE',
]);

const ERRORS: ReadonlySet<string> = new Set([
  'FLAG_NOT_FOUND',
  'TYPE_MISMATCH',
  'INVALID_CONTEXT',
  'MALFORMED_FLAG',
  'UNSUPPORTED',
  'INTERNAL',
]);

/** Stands for every reason, error or variation that is not known here: what SDKs may write into tables is bounded. */
const OTHER = 'OTHER';
const OTHER_VARIATION = '';

/** Whether the client has evaluated a newer environment than this. */
export function isAhead({ evals = [] }: WireReport, { version }: ServedEnvironment): boolean {
  return evals.some(({ fv }) => fv > version);
}

/** A report in terms of the flags that the environment has: those that it has not are missing. */
export function usageOf(report: WireReport, environment: string, served: ServedEnvironment): UsageReport {
  const { instance, seq, sdk, app, evals = [], missing = [], contexts = [] } = report;
  const { items } = served;
  const asker = { sdk, app: [app?.name, app?.version].filter(Boolean).join(' ') };
  const counts: UsageCount[] = [];
  const unknown: MissingCount[] = missing.map(([key, error, n]) => ({
    key,
    error: ERRORS.has(error) ? error : OTHER,
    n,
    ...asker,
  }));
  for (const { flag, var: variation, reason, n } of evals) {
    const item = items.get(`flag\t${flag}`) as FlagItem | undefined;
    if (item === undefined) {
      unknown.push({ key: flag, error: 'FLAG_NOT_FOUND', n, ...asker });
    } else {
      if (item.body.archived === true) unknown.push({ key: flag, error: archivedFor(asker.app), n, ...asker });
      counts.push({
        flag,
        variation: item.body.variations.some(({ key }) => key === variation) ? variation : OTHER_VARIATION,
        reason: REASONS.has(reason) ? reason : OTHER,
        n,
      });
    }
  }
  const isCounted = ({ n }: { readonly n: number }): boolean => n > 0;
  // More than is kept need not be written: a report has room for a hundred times as many.
  const seen = contexts.flatMap(seenOf).slice(0, MOST_SEEN);
  return {
    environment,
    instance,
    seq,
    counts: counts.filter(isCounted),
    missing: unknown.filter(isCounted),
    seen,
    health: healthOf(report, environment, served),
  };
}

/** A kind, and each of its attributes. */
function seenOf([kind, attributes]: NonNullable<WireReport['contexts']>[number]): readonly SeenAttribute[] {
  if (!KIND_PATTERN.test(kind)) return [];
  return ['', ...attributes.filter(isName)].map((attribute) => ({ kind, attribute }));
}
