import { expect, test } from 'vitest';
import type { ErrorKind } from '../model/resolution.ts';
import type { EvaluationDetail, SdkReason } from './detail.ts';
import {
  openFeatureDetails,
  openFeatureErrorCode,
  openFeatureReason,
  remoteErrorCode,
  remoteReason,
} from './openfeature.ts';

const ROLLOUT = { bucket: 5, contextKind: 'user' };
const detailOf = (reason: SdkReason, more: Partial<EvaluationDetail<unknown>> = {}): EvaluationDetail<unknown> => ({
  value: true,
  variation: 'on',
  variationIndex: 0,
  flagVersion: 7,
  environmentVersion: 9,
  reason,
  source: 'stream',
  stale: false,
  ...more,
});

test.for<[reason: SdkReason, hasRules: boolean, told: string]>([
  [{ kind: 'OFF' }, true, 'DISABLED'],
  [{ kind: 'KILLED' }, true, 'DISABLED'],
  [{ kind: 'BREAKER_OPEN', until: 1 }, true, 'DISABLED'],
  [{ kind: 'TARGET_MATCH', contextKind: 'user' }, true, 'TARGETING_MATCH'],
  [{ kind: 'RULE_MATCH', ruleId: 'r', ruleIndex: 0 }, true, 'TARGETING_MATCH'],
  [{ kind: 'RULE_MATCH', ruleId: 'r', ruleIndex: 0, rollout: ROLLOUT }, true, 'SPLIT'],
  [{ kind: 'RULE_MATCH', ruleId: 'r', ruleIndex: 0, rollout: null }, true, 'DEFAULT'],
  [{ kind: 'PREREQUISITE_FAILED', prerequisiteKey: 'p' }, true, 'TARGETING_MATCH'],
  [{ kind: 'FALLTHROUGH' }, true, 'DEFAULT'],
  [{ kind: 'FALLTHROUGH' }, false, 'STATIC'],
  [{ kind: 'FALLTHROUGH', rollout: ROLLOUT }, false, 'SPLIT'],
  [{ kind: 'FALLTHROUGH', rollout: null }, false, 'DEFAULT'],
  [{ kind: 'OVERRIDE', by: 'env' }, true, 'STATIC'],
  [{ kind: 'REMOTE', reason: { kind: 'KILLED', openFeature: 'DISABLED' } }, true, 'DISABLED'],
  [{ kind: 'REMOTE', reason: null }, true, 'UNKNOWN'],
  [{ kind: 'ERROR', errorKind: 'INTERNAL', message: '' }, true, 'ERROR'],
])('%j of a flag with rules (%s) is told as %s', ([reason, hasRules, told]) => {
  expect(openFeatureReason(detailOf(reason), hasRules)).toBe(told);
});

test.for<[reason: SdkReason, told: string]>([
  [{ kind: 'REMOTE', reason: null }, 'UNKNOWN'],
  [{ kind: 'REMOTE', reason: { kind: 'FALLTHROUGH', openFeature: 'SPLIT' } }, 'SPLIT'],
  [{ kind: 'OVERRIDE', by: 'devtools' }, 'STATIC'],
  [{ kind: 'ERROR', errorKind: 'INTERNAL', message: '' }, 'ERROR'],
])('in a browser %j is told as %s', ([reason, told]) => {
  expect(remoteReason(detailOf(reason))).toBe(told);
});

test.for<[Partial<EvaluationDetail<unknown>>, string]>([
  [{ source: 'cache' }, 'CACHED'],
  [{ source: 'bootstrap' }, 'CACHED'],
  [{ source: 'cache', stale: true }, 'STALE'],
  [{ source: 'poll', stale: true }, 'STALE'],
])('a value of %j is told as %s, and an error as an error', ([more, told]) => {
  expect(openFeatureReason(detailOf({ kind: 'OFF' }, more), false)).toBe(told);
  expect(remoteReason(detailOf({ kind: 'REMOTE', reason: null }, more))).toBe(told);
  const error = { kind: 'ERROR', errorKind: 'FLAG_NOT_FOUND', message: '' } as const;
  expect(openFeatureReason(detailOf(error, more), false)).toBe('ERROR');
});

test.for<[ErrorKind, string]>([
  ['CLIENT_NOT_READY', 'PROVIDER_NOT_READY'],
  ['FLAG_NOT_FOUND', 'FLAG_NOT_FOUND'],
  ['TYPE_MISMATCH', 'TYPE_MISMATCH'],
  ['INVALID_CONTEXT', 'INVALID_CONTEXT'],
  ['MALFORMED_FLAG', 'PARSE_ERROR'],
  ['UNSUPPORTED', 'PARSE_ERROR'],
  ['CONFIG', 'PROVIDER_FATAL'],
  ['CLIENT_CLOSED', 'PROVIDER_FATAL'],
  ['INTERNAL', 'GENERAL'],
])('%s is told as %s, without a variant', ([errorKind, errorCode]) => {
  const detail = detailOf({ kind: 'ERROR', errorKind, message: 'why' }, { variation: null, flagVersion: null });
  const told = openFeatureDetails('f', detail, openFeatureReason(detail), openFeatureErrorCode);
  const errorMessage = errorKind === 'FLAG_NOT_FOUND' ? 'flag f not found' : 'why';
  expect(told).toMatchObject({ reason: 'ERROR', errorCode, errorMessage });
  expect(told).not.toHaveProperty('variant');
});

test.for<ErrorKind>([
  'CLIENT_NOT_READY',
  'FLAG_NOT_FOUND',
  'TYPE_MISMATCH',
  'INVALID_CONTEXT',
  'CONFIG',
  'CLIENT_CLOSED',
])('%s has the same code in a browser', (errorKind) => {
  expect(remoteErrorCode(errorKind)).toBe(openFeatureErrorCode(errorKind));
});

test('a value has the name of its variation, the version of its flag, and what people noted on the flag', () => {
  const metadata = { owner: 'shop', version: 'ours wins', flagSetId: 'set-1' };
  const detail = detailOf({ kind: 'FALLTHROUGH' });
  expect(openFeatureDetails('f', detail, 'DEFAULT', openFeatureErrorCode, metadata)).toEqual({
    value: true,
    reason: 'DEFAULT',
    variant: 'on',
    flagMetadata: { owner: 'shop', version: 7, flagSetId: 'set-1' },
  });
});
