import {
  contextFromOpenFeature,
  type Follower,
  followClient,
  type InitResult,
  openFeatureDetails,
  remoteErrorCode,
  remoteReason,
  type TrackData,
} from '@glidepath/core/sdk';
import {
  type EvaluationContext,
  OpenFeatureEventEmitter,
  type Provider,
  type ProviderEvents,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/web-sdk';
import { createClient } from './index.ts';
import type { BrowserClient, BrowserClientOptions, IdentifyResult } from './types.ts';

export interface ProviderOptions {
  /** How long OpenFeature waits for the values of a context; default 5. */
  readonly initTimeoutSeconds?: number;
}

/** Serves OpenFeature's web SDK from a client of ours: one context at a time, and evaluation without waiting. */
export class FlagsWebProvider implements Provider {
  readonly metadata = { name: 'glidepath' } as const;
  readonly runsOn = 'client' as const;
  readonly events: NonNullable<Provider['events']> = new OpenFeatureEventEmitter();
  readonly client: BrowserClient;
  readonly #isOwn: boolean;
  readonly #wait: { readonly timeoutSeconds: number };
  readonly #follower: Follower;

  readonly #resolve = <T>(key: string, fallback: T): ResolutionDetails<T> => {
    const detail = this.client.variationDetail(key, fallback);
    // Both name their codes alike; theirs are an enumeration.
    return openFeatureDetails(key, detail, remoteReason(detail), remoteErrorCode) as ResolutionDetails<T>;
  };
  readonly resolveBooleanEvaluation: Provider['resolveBooleanEvaluation'] = this.#resolve;
  readonly resolveStringEvaluation: Provider['resolveStringEvaluation'] = this.#resolve;
  readonly resolveNumberEvaluation: Provider['resolveNumberEvaluation'] = this.#resolve;
  readonly resolveObjectEvaluation: Provider['resolveObjectEvaluation'] = this.#resolve;

  /** A client that is given stays open when OpenFeature lets go of the provider; one that is made here is closed. */
  constructor(client: BrowserClient | BrowserClientOptions, options: ProviderOptions = {}) {
    this.#isOwn = !('variationDetail' in client);
    this.client = this.#isOwn ? createClient(client as BrowserClientOptions) : (client as BrowserClient);
    this.#wait = { timeoutSeconds: options.initTimeoutSeconds ?? 5 };
    this.#follower = followClient(this.client, (event, details) => this.events.emit(event as ProviderEvents, details));
  }

  /** Without a context of OpenFeature's, the client's own stays. */
  initialize(context: EvaluationContext = {}): Promise<void> {
    const asked = Object.keys(context)[0]
      ? this.#identify(context)
      : this.#served(this.client.waitForInitialization(this.#wait));
    return this.#follower.initialized(asked);
  }

  /** The old values stay until the new ones are there; OpenFeature tells of both. */
  onContextChange(_before: EvaluationContext, context: EvaluationContext): Promise<void> {
    return this.#identify(context);
  }

  async onClose(): Promise<void> {
    this.#follower.stop();
    if (this.#isOwn) await this.client.close();
  }

  track(event: string, _context: EvaluationContext, details: TrackingEventDetails): void {
    this.client.track(event, details as TrackData);
  }

  #identify(context: EvaluationContext): Promise<void> {
    return this.#served(this.client.identify(contextFromOpenFeature(context), this.#wait));
  }

  async #served(answer: Promise<InitResult | IdentifyResult>): Promise<void> {
    const { status } = await answer;
    if (status !== 'failed' && status !== 'timeout') return;
    const { state, lastError } = this.client.status;
    const isForGood = state === 'unauthorized' || state === 'failed';
    throw Object.assign(new Error(lastError?.message), { code: `PROVIDER_${isForGood ? 'FATAL' : 'NOT_READY'}` });
  }
}
