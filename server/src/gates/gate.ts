/**
 * What a gate may do: a guardrail rolls the release back, a signal pauses it, a dry run is only shown.
 */
export type GateRole = 'guardrail' | 'signal' | 'dry-run';

/** What missing data leads to, once they were missing for the gate's whole window; until then the rollout holds. */
export type OnNoData = 'hold' | 'pause' | 'roll-back' | 'ignore';

/** What each kind of gate is set to, besides what all have. Shares are 0 to 1. */
export interface GateSettings {
  /** `ceiling`: errors per guarded execution. */
  readonly 'error-rate': { readonly ceiling: number; readonly isCompared: boolean };
  /** `timesControl` null: not compared. */
  readonly latency: { readonly quantile: number; readonly ceilingMs: number; readonly timesControl: number | null };
  /** A counter or value that the application reports, or an event; as a mean per value, or a sum per guarded execution. */
  readonly metric: { readonly metric: string; readonly per: 'value' | 'execution' } & Threshold;
  readonly prometheus: { readonly query: string } & Threshold;
  readonly webhook: { readonly url: string };
  /** Shares of the connected instances that run the required version, and that have applied the present one. */
  readonly fleet: { readonly deployed: number; readonly applied: number };
  readonly incident: { readonly severities: readonly ('SEV1' | 'SEV2' | 'SEV3')[] };
}

/** On which side of it lies harm. */
export interface Threshold {
  readonly failsWhen: 'above' | 'below';
  readonly threshold: number;
}

export interface GateBase {
  /** Unique within its plan. */
  readonly id: string;
  readonly role: GateRole;
  /** Guarded executions per arm. */
  readonly minSamples: number;
  readonly windowMinutes: number;
  /** `ignore` for signals only. */
  readonly onNoData: OnNoData;
}

export type Gate = {
  [Kind in keyof GateSettings]: GateBase & { readonly kind: Kind } & GateSettings[Kind];
}[keyof GateSettings];

/** What a gate looked at; null where there is no such figure. */
export interface Figures {
  readonly value: number | null;
  readonly limit: number | null;
  /** The control's value at the same time. */
  readonly control: number | null;
  /** The interval of the difference to the control, or of the value where nothing is compared. */
  readonly interval: readonly [lower: number, upper: number] | null;
  /** Guarded executions in each arm; null for gates that count none, and for the control where there is none. */
  readonly samples: { readonly released: number; readonly control: number | null } | null;
}

/** What a gate said when it was asked. */
export type Verdict = {
  /** Id of the gate. */
  readonly gate: string;
  /** When the judge began to ask, in milliseconds since epoch. */
  readonly at: number;
  readonly figures: Figures;
} & (
  | { readonly kind: 'pass' }
  /** `inconclusive`: not enough data yet. `provider-error`: the source could not be asked. */
  | { readonly kind: 'fail' | 'inconclusive' | 'no-data' | 'provider-error'; readonly reason: string }
);
