import type { ContextInput } from '@glidepath/core';
import {
  type Ending,
  type EvaluationDetail,
  type HealthMetrics,
  isAbort,
  kindOf,
  type MetricOptions,
  observed,
  type ReadFlag,
  type TrackData,
  type Visitor,
  visitorOf,
} from '@glidepath/core/sdk';
import type { Host, Serving } from '../host.ts';

/** What has read flags for one context. */
export interface Reader {
  readonly context: ContextInput;
  /** Not in a dark launch, nor where the caller does not want it. */
  readonly isCounted: boolean;
  /** What its flags were read from. */
  readonly pinned: Serving | null;
  reads(): Iterable<readonly [key: string, found: EvaluationDetail<unknown>]>;
}

/** Under this name an error is counted that the application reports by itself. */
const REPORTED = 'reportError';

/** Where whoever got this answer sits; a context that cannot be read again sits nowhere. */
export function seatIn(
  from: Serving | null,
  flag: string,
  { reason }: EvaluationDetail<unknown>,
  context: ContextInput,
): Visitor | null {
  if (from === null) return null;
  try {
    return visitorOf(from.environment, flag, reason, context);
  } catch {
    return null;
  }
}

/** The flags that were read, or the one that is asked for. */
function readFlags(reader: Reader, only?: string): readonly ReadFlag[] {
  const { context, isCounted, pinned } = reader;
  if (!isCounted) return [];
  const flags: ReadFlag[] = [];
  for (const [flag, detail] of reader.reads())
    if (only === undefined || only === flag) flags.push({ flag, detail, seat: seatIn(pinned, flag, detail, context) });
  return flags;
}

/** Counts for every flag read how something ended. */
export function recordEnd(host: Host, reader: Reader, operation: string, ending: Ending, only?: string): void {
  if (host.health === null) return;
  for (const read of readFlags(reader, only)) host.health.ended(read, operation, ending);
}

export function reportError(host: Host, reader: Reader, error: unknown, only?: string): void {
  recordEnd(host, reader, REPORTED, { error: kindOf(error), durationMs: null }, only);
}

export function track(
  host: Host,
  reader: Reader,
  event: string,
  data: TrackData | undefined,
  context: ContextInput = reader.context,
): void {
  host.hooks?.tracked(event, data, context);
  if (host.health === null || !reader.isCounted) return;
  const value = data?.value ?? 0;
  const flags = readFlags(reader);
  if (flags.length === 0) host.health.tracked(event, null, value);
  for (const read of flags) host.health.tracked(event, read, value);
}

/** The numbers of an application, for the flags that `reader` has read by then. */
export function metricsOf(host: Host, reader: () => Reader): HealthMetrics {
  const measured = (name: string, value: number, options: MetricOptions | undefined): void => {
    if (host.health === null) return;
    for (const read of readFlags(reader(), options?.flag)) host.health.measured(read, name, value);
  };
  return {
    increment: (name, by = 1, options) => measured(name, by, options),
    timing: measured,
    time(name, run, options) {
      const startedAt = host.platform.monotonic();
      const ended = (error: string | null): void => {
        const durationMs = host.platform.monotonic() - startedAt;
        measured(name, durationMs, options);
        recordEnd(host, reader(), name, { error, durationMs }, options?.flag);
      };
      const failed = (error: unknown): boolean => {
        if (isAbort(error)) return false;
        ended(kindOf(error));
        return true;
      };
      return observed(run, { succeeded: () => ended(null), failed }, null);
    },
  };
}
