import type { ToldReason } from '../model/told-reason.ts';
import type { SdkReason } from './detail.ts';
import { servedWord } from './openfeature.ts';

/** What is known of the flag, and of the other flags. */
export interface ToldOf {
  readonly hasRules: boolean;
  /** Whether a page may know that there is such a flag. */
  readonly isTold: (flag: string) => boolean;
}

/** Null where it was not the service's rules that chose. */
export function toldReason(reason: SdkReason, { hasRules, isTold }: ToldOf): ToldReason | null {
  switch (reason.kind) {
    case 'OFF':
    case 'KILLED':
    case 'TARGET_MATCH':
    case 'FALLTHROUGH':
      return { kind: reason.kind, openFeature: servedWord(reason, hasRules) };
    case 'RULE_MATCH': {
      const { kind, ruleId, ruleIndex } = reason;
      return { kind, ruleId, ruleIndex, openFeature: servedWord(reason, hasRules) };
    }
    case 'PREREQUISITE_FAILED': {
      const { kind, prerequisiteKey } = reason;
      const told = { kind, openFeature: servedWord(reason, hasRules) };
      return isTold(prerequisiteKey) ? { ...told, prerequisiteKey } : told;
    }
    case 'REMOTE':
      return reason.reason;
    case 'BREAKER_OPEN':
    case 'OVERRIDE':
    case 'ERROR':
      return null;
  }
}
