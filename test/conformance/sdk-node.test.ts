import { createHash } from 'node:crypto';
import type { Item } from '@glidepath/core';
import { digestOf } from '@glidepath/core/protocol';
import { type ContextInput, createClient, type FlagsClient } from '@glidepath/sdk-node';
import { describe, expect, test } from 'vitest';
import type { Expected } from './case.ts';
import { CASES, comparable, type NamedCase, wanted } from './cases.ts';
import { holdEnvironment } from './held-environment.ts';
import { untagged } from './tags.ts';

const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** A whole environment, as a server would send it. */
function rulesetOf(items: readonly Item[]): object {
  return { kind: 'full', epoch: '0123456789abcdef', version: 7, digest: digestOf(items, hash), items };
}

/** To a flag, arrays and objects are of one type; SDKs tell them apart, because the caller's code does. */
function asSdk(expected: Expected, fallback: unknown): Expected {
  const isEither = typeof fallback === 'object' && fallback !== null && expected.reason.kind !== 'ERROR';
  if (!isEither || Array.isArray(fallback) === Array.isArray(untagged(expected.value))) return expected;
  const reason = { kind: 'ERROR', errorKind: 'TYPE_MISMATCH' };
  return { value: fallback, variation: null, flagVersion: expected.flagVersion, reason };
}

function check(client: FlagsClient, { flagKey, context, fallback, expected: ofFlag }: NamedCase): void {
  const asked = untagged(context) as ContextInput;
  const instead = untagged(fallback);
  const expected = asSdk(ofFlag, instead);
  const answer = client.variationDetail(flagKey, asked, instead);
  expect(comparable(answer, expected)).toStrictEqual(wanted(expected));
  expect(client.variation(flagKey, asked, instead)).toBe(answer.value);
}

describe('the SDK answers from a bootstrap as the case expects:', () => {
  const isAlone = ({ before }: NamedCase) => before === undefined;
  test.for(CASES.filter(isAlone).map((one) => [one.title, one] as const))('%s', async ([, one]) => {
    await using client = createClient({ mode: 'offline', bootstrap: { ruleset: rulesetOf(one.items) }, logger });
    check(client, one);
  });
});

describe('the SDK on a stream', () => {
  const kept = CASES.filter(({ before }) => before !== undefined);

  test('keeps what it could read as the cases expect', async () => {
    await using environment = await holdEnvironment();
    await using client = createClient({ url: environment.url, sdkKey: environment.sdkKey, logger });
    await client.waitForInitialization({ timeoutSeconds: 20 });
    const arrived = (version: number) =>
      expect.poll(() => client.status.environmentVersion, { timeout: 20_000, interval: 2 }).toBe(version);
    for (const one of kept) {
      await arrived(await environment.hold([]));
      await arrived(await environment.hold(one.before ?? []));
      await arrived(await environment.hold(one.items));
      check(client, { ...one, expected: { ...one.expected, flagVersion: environment.versionFor(one) } });
    }
  });
});
