import { type Breakers, createBreakers, type EvaluationDetail, type SdkReason } from '@glidepath/core/sdk';
import type { Answers, Layer } from '../answers.ts';
import type { Counts } from '../counts.ts';
import type { Platform } from '../platform.ts';
import type { Life } from '../status.ts';

/** The breakers of one client. */
export interface Protection {
  readonly breakers: Breakers;
  /** Serves the fallback of flags whose breaker is open; is not there while none is. */
  readonly layer: Layer;
  /** What a flag answers while its breaker is open. */
  held<T>(flag: string, fallback: T, life: Life): EvaluationDetail<T>;
}

export interface ProtectionParts {
  readonly platform: Platform;
  readonly counts: Counts | null;
  /** Puts the layers around the answers anew: one of them has something to say. */
  readonly relayer: () => void;
  readonly report: (flag: string, variation: string, until: number) => void;
}

const NOTHING = { variation: null, variationIndex: null, flagVersion: null } as const;

export function createProtection({ platform, counts, relayer, report }: ProtectionParts): Protection {
  let isAnyOpen = false;
  const breakers = createBreakers({
    monotonic: platform.monotonic,
    onOpen(flag, variation, holdMs) {
      isAnyOpen = true;
      relayer();
      report(flag, variation, Math.round(platform.now() + holdMs));
    },
  });

  const reasonFor = (flag: string): SdkReason => {
    const now = platform.monotonic();
    const leftMs = (breakers.heldUntil(flag) ?? now) - now;
    return { kind: 'BREAKER_OPEN', until: Math.round(platform.now() + leftMs) };
  };

  const counted = (flag: string): void => {
    const reason = { kind: 'BREAKER_OPEN' } as const;
    counts?.evaluated(flag, { n: 1, flagVersion: 0, variation: '', reason });
  };

  const around = (below: Answers): Answers => ({
    value(key, context, fallback) {
      if (breakers.heldUntil(key) === null) return below.value(key, context, fallback);
      counted(key);
      return fallback;
    },
    evaluate(key, context, fallback) {
      if (breakers.heldUntil(key) === null) return below.evaluate(key, context, fallback);
      counted(key);
      return { value: fallback, ...NOTHING, reason: reasonFor(key) };
    },
  });

  return {
    breakers,
    layer: (below) => (isAnyOpen ? around(below) : below),
    held(flag, fallback, { environmentVersion, source, stale }) {
      counted(flag);
      return { value: fallback, ...NOTHING, environmentVersion, reason: reasonFor(flag), source, stale };
    },
  };
}
