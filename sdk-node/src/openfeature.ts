import {
  contextFromOpenFeature,
  type Follower,
  followClient,
  isUnbucketed,
  openFeatureDetails,
  openFeatureErrorCode,
  openFeatureReason,
  type TrackData,
} from '@glidepath/core/sdk';
import {
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  type ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import { factsOf } from './facts.ts';
import { createClient } from './index.ts';
import type { ClientOptions, FlagsClient } from './types.ts';

export interface ProviderOptions {
  /** How long OpenFeature waits for the first data; default 5. */
  readonly initTimeoutSeconds?: number;
}

/** Serves OpenFeature's server SDK from a client of ours. */
export class FlagsProvider implements Provider {
  readonly metadata = { name: 'glidepath' } as const;
  readonly runsOn = 'server' as const;
  readonly events: NonNullable<Provider['events']> = new OpenFeatureEventEmitter();
  readonly client: FlagsClient;
  readonly #isOwn: boolean;
  readonly #initTimeoutSeconds: number;
  readonly #follower: Follower;

  /** A client that is given stays open when OpenFeature lets go of the provider; one that is made here is closed. */
  constructor(client: FlagsClient | ClientOptions = {}, options: ProviderOptions = {}) {
    this.#isOwn = !isClient(client);
    this.client = isClient(client) ? client : createClient(client);
    this.#initTimeoutSeconds = options.initTimeoutSeconds ?? 5;
    this.#follower = followClient(this.client, (event, details) => this.events.emit(event as ProviderEvents, details));
  }

  /** Refuses where there is nothing to serve yet; what arrives afterwards is told by an event. */
  initialize(): Promise<void> {
    return this.#follower.initialized(this.#served());
  }

  async onClose(): Promise<void> {
    this.#follower.stop();
    await (this.#isOwn ? this.client.close() : this.client.flush());
  }

  resolveBooleanEvaluation(
    key: string,
    fallback: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(key, fallback, context);
  }

  resolveStringEvaluation(
    key: string,
    fallback: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve(key, fallback, context);
  }

  resolveNumberEvaluation(
    key: string,
    fallback: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#resolve(key, fallback, context);
  }

  resolveObjectEvaluation<T extends JsonValue>(
    key: string,
    fallback: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    return this.#resolve(key, fallback, context);
  }

  track(event: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.client.track(event, contextFromOpenFeature(context), details as TrackData);
  }

  async #served(): Promise<void> {
    const result = await this.client.waitForInitialization({ timeoutSeconds: this.#initTimeoutSeconds });
    if (result.status === 'failed') throw new ProviderFatalError(`${result.error.code}: ${result.error.message}`);
    if (result.status === 'timeout') throw new ProviderNotReadyError('no data has arrived yet');
  }

  async #resolve<T>(key: string, fallback: T, context: EvaluationContext): Promise<ResolutionDetails<T>> {
    const detail = this.client.variationDetail(key, contextFromOpenFeature(context), fallback);
    const facts = factsOf(this.client);
    const { hasRules, metadata } = facts.flag(key);
    const flagSetId = facts.environment();
    const known = {
      ...metadata,
      ...(isUnbucketed(detail.reason) && { notBucketed: true }),
      ...(flagSetId !== null && { flagSetId }),
    };
    // Both name their codes alike; theirs are an enumeration.
    const reason = openFeatureReason(detail, hasRules);
    return openFeatureDetails(key, detail, reason, openFeatureErrorCode, known) as ResolutionDetails<T>;
  }
}

function isClient(given: FlagsClient | ClientOptions): given is FlagsClient {
  return 'variationDetail' in given;
}
