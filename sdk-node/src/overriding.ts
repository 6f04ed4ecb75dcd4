import type { ContextInput, Json } from '@glidepath/core';
import type { OverrideSource } from '@glidepath/core/sdk';
import type { Answer, Layer } from './answers.ts';

/** A value that is fixed, and what fixed it. */
export interface Override {
  readonly value: Json;
  readonly by: OverrideSource;
}

/** Answers with what is found, where that fits the fallback; everything else is answered below. */
export function overriding(find: (key: string) => Override | undefined): Layer {
  const found = (key: string, fallback: unknown): Override | null => {
    const override = find(key);
    return override !== undefined && fits(override.value, fallback) ? override : null;
  };
  return (below) => ({
    value: <T>(key: string, context: ContextInput, fallback: T): T => {
      const override = found(key, fallback);
      return override === null ? below.value(key, context, fallback) : (override.value as T);
    },
    evaluate: <T>(key: string, context: ContextInput, fallback: T): Answer<T> => {
      const override = found(key, fallback);
      if (override === null) return below.evaluate(key, context, fallback);
      const reason = { kind: 'OVERRIDE', by: override.by } as const;
      return { value: override.value as T, variation: null, variationIndex: null, flagVersion: null, reason };
    },
  });
}

/** As evaluation compares a flag's type with the fallback's: nothing to compare without one. */
function fits(value: Json, fallback: unknown): boolean {
  return fallback === null || fallback === undefined || typeof value === typeof fallback;
}
