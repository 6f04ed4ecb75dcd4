/** How far a version has come: the proof that a change has been applied. */
export interface Delivery {
  readonly version: number;
  /** Streaming server SDKs connected at commit time. */
  readonly connected: number;
  readonly applied: number;
  /** Closed before applying. */
  readonly gone: number;
  /** Milliseconds from commit to acknowledgement, an upper bound; null while nobody has applied it. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly slowestMs: number | null;
  /** Who is missing, at most 20. */
  readonly stragglers: readonly Straggler[];
  /** Those whose values it changed, and no others; nobody waits for them. */
  readonly browsers: { readonly connected: number; readonly applied: number };
  readonly pollers: number;
  readonly complete: boolean;
}

export interface Straggler {
  readonly connection: string;
  readonly application: string | null;
  readonly instance: string | null;
  readonly version: number;
  readonly silentMs: number;
}

/** One live SDK. */
export interface ConnectionView {
  readonly id: string;
  readonly sdk: string;
  readonly application: {
    readonly name?: string;
    readonly version?: string;
    readonly instance?: string;
    readonly region?: string;
  };
  readonly connectedAt: number;
  readonly version: number | null;
  readonly lastSeenMs: number;
  readonly unsupported: readonly string[];
}

/** What the HTTP API asks the hub. Environments are named by document id. */
export interface DeliveryReports {
  connections(environment: string): readonly ConnectionView[];
  delivery(environment: string, version: number): Promise<Delivery | null>;
  /** Resolves once everyone connected has applied the version or is gone, or after `timeoutMs`. */
  waitForApplied(environment: string, version: number, timeoutMs: number): Promise<Delivery>;
  /** Resolves true once this process serves at least this version; false after `timeoutMs`. */
  waitForVersion(environment: string, version: number, timeoutMs: number): Promise<boolean>;
}
