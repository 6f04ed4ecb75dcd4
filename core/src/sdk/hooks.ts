import type { Json } from '../model/model.ts';
import type { EvaluationInfo } from './detail.ts';
import type { ClientStatus } from './status.ts';

export interface TrackData {
  readonly value?: number;
  readonly [field: string]: Json | undefined;
}

/** Hooks are synchronous, run after the value is fixed, cannot change it, and may not throw. */
export interface Hook {
  readonly name: string;
  afterEvaluation?(info: EvaluationInfo): void;
  afterTrack?(info: { readonly event: string; readonly data: TrackData | undefined }): void;
  onStatus?(status: ClientStatus): void;
}
