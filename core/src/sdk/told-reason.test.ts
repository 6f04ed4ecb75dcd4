import { expect, test } from 'vitest';
import type { ToldReason } from '../model/told-reason.ts';
import type { SdkReason } from './detail.ts';
import { toldReason } from './told-reason.ts';

const rollout = { bucket: 81_234, contextKind: 'org' };
const RULE = { kind: 'RULE_MATCH', ruleId: 'staff', ruleIndex: 2 } as const;
const FAILED = 'PREREQUISITE_FAILED';

test.for<[reason: SdkReason, told: ToldReason | null]>([
  [{ kind: 'OFF' }, { kind: 'OFF', openFeature: 'DISABLED' }],
  [{ kind: 'KILLED' }, { kind: 'KILLED', openFeature: 'DISABLED' }],
  [
    { kind: 'TARGET_MATCH', contextKind: 'org' },
    { kind: 'TARGET_MATCH', openFeature: 'TARGETING_MATCH' },
  ],
  [RULE, { ...RULE, openFeature: 'TARGETING_MATCH' }],
  [
    { ...RULE, rollout },
    { ...RULE, openFeature: 'SPLIT' },
  ],
  [
    { ...RULE, rollout: null },
    { ...RULE, openFeature: 'DEFAULT' },
  ],
  [{ kind: 'FALLTHROUGH' }, { kind: 'FALLTHROUGH', openFeature: 'DEFAULT' }],
  [
    { kind: 'FALLTHROUGH', rollout },
    { kind: 'FALLTHROUGH', openFeature: 'SPLIT' },
  ],
  [
    { kind: FAILED, prerequisiteKey: 'public' },
    { kind: FAILED, prerequisiteKey: 'public', openFeature: 'TARGETING_MATCH' },
  ],
  [
    { kind: FAILED, prerequisiteKey: 'secret' },
    { kind: FAILED, openFeature: 'TARGETING_MATCH' },
  ],
  [{ kind: 'OVERRIDE', by: 'file' }, null],
  [{ kind: 'ERROR', errorKind: 'MALFORMED_FLAG', message: 'names a segment' }, null],
])('of %j a page is told %j', ([reason, told]) => {
  expect(toldReason(reason, { hasRules: true, isTold: (flag) => flag === 'public' })).toEqual(told);
});

test('a page is told of a flag without rules that it is static', () => {
  expect(toldReason({ kind: 'FALLTHROUGH' }, { hasRules: false, isTold: () => true })).toEqual({
    kind: 'FALLTHROUGH',
    openFeature: 'STATIC',
  });
});
