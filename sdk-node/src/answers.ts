import type { ContextInput, Resolution } from '@glidepath/core';
import type { SdkReason } from '@glidepath/core/sdk';

/** What evaluation answers, with the reasons that an SDK adds. */
export interface Answer<T> extends Omit<Resolution<T>, 'reason'> {
  readonly reason: SdkReason;
}

/** Gives the answers of one version of the environment; never throws. */
export interface Answers {
  value<T>(key: string, context: ContextInput, fallback: T): T;
  evaluate<T>(key: string, context: ContextInput, fallback: T): Answer<T>;
}

/** Stands between the caller and the answers below: what is not configured costs nothing, because it is not there. */
export type Layer = (below: Answers) => Answers;

export function layered(base: Answers, layers: readonly Layer[]): Answers {
  return layers.reduce((below, layer) => layer(below), base);
}
