import { createSession, type EnvironmentState } from '@glidepath/core/protocol';
import { type Log, thrownWords } from '@glidepath/core/sdk';
import { type Counts, createCounts } from './counts.ts';
import { createEvents, type Events } from './events.ts';
import { eventsOf, numberOf, problemOfMode, type Settings } from './options.ts';
import type { Platform } from './platform.ts';
import type { Ruleset } from './ruleset.ts';
import { createSeenContexts } from './seen-contexts.ts';
import { createTransport, type Outcome, type Transport } from './transport.ts';
import type { ClientOptions } from './types.ts';

/** What goes between a client and its service: rules come, counts go. */
export interface ServiceConnection {
  readonly transport: Transport;
  /** Null where nothing is counted. */
  readonly events: Events | null;
}

/** Null where nothing is counted. */
export function countsOf(options: ClientOptions, { monotonic }: Pick<Platform, 'monotonic'>): Counts | null {
  const given = eventsOf(options);
  if (given === null) return null;
  return createCounts({
    maxSeries: numberOf('maxSeries', given.maxSeries),
    maxBytes: numberOf('maxBytes', given.maxBytes),
    seen: createSeenContexts(options.privacy, monotonic),
  });
}

export function openConnection(parts: {
  readonly platform: Platform;
  readonly options: ClientOptions;
  readonly settings: Settings;
  readonly ruleset: Ruleset;
  readonly counts: Counts | null;
  readonly collect: () => void;
  readonly log: Log;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onContact: () => void;
  /** What is known already; null = nothing. */
  readonly known: EnvironmentState | null;
  /** Nothing happens by itself. */
  readonly isOnDemand: boolean;
}): ServiceConnection {
  const { platform, options, settings, ruleset, counts, collect, log, onOutcome, onContact, known, isOnDemand } = parts;
  const { mode, connectMs, idleMs, pollIntervalMs, reconnect } = settings;
  const { application = {} } = options;
  const instance = platform.uuid();
  const misspelt = problemOfMode(options);
  if (misspelt !== null) log('warn', 'GP1005', misspelt);
  const decisions = createSession({
    mode,
    sdk: platform.sdk,
    instance,
    application,
    hash: platform.hash,
    random: platform.random,
    monotonic: platform.monotonic,
    connectMs,
    idleMs,
    pollIntervalMs,
    reconnect,
    unsupported: ruleset.unsupported,
  });
  const onBug = (error: unknown): void =>
    log('error', 'GP1900', `unexpected fault in the stream, last values kept: ${thrownWords(error)}`);
  const transport = createTransport({ settings, platform, decisions, onOutcome, onContact, onBug, isOnDemand });
  transport.start(known);
  const events = counts && createEvents({ platform, settings, counts, collect, instance, application, log });
  if (!isOnDemand) events?.start();
  return { transport, events };
}
