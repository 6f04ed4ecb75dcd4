import type { FlagItem, Item } from '@glidepath/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES, type NamedCase } from './cases.ts';
import { type HeldEnvironment, holdEnvironment } from './held-environment.ts';

/** An answer of OpenFeature's remote evaluation protocol. */
interface RemoteAnswer {
  readonly key: string;
  readonly value?: unknown;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const STATUS: Readonly<Record<string, number>> = { FLAG_NOT_FOUND: 404 };
const CODES: Readonly<Record<string, string>> = { MALFORMED_FLAG: 'PARSE_ERROR', UNSUPPORTED: 'PARSE_ERROR' };

let environment: HeldEnvironment;

beforeAll(async () => {
  environment = await holdEnvironment();
});

afterAll(() => environment[Symbol.asyncDispose]());

/** Asks while these are the items that there are. */
async function pass(one: NamedCase, items: readonly Item[]): Promise<{ status: number; answer: RemoteAnswer }> {
  await environment.hold(items);
  return asked(one);
}

async function asked({ flagKey, context }: NamedCase): Promise<{ status: number; answer: RemoteAnswer }> {
  const response = await fetch(`${environment.url}/ofrep/v1/evaluate/flags/${encodeURIComponent(flagKey)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${environment.sdkKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ context: remoteContext(context) }),
  });
  return { status: response.status, answer: (await response.json()) as RemoteAnswer };
}

/** OpenFeature calls the key of a context that has one kind its targeting key; whatever else is said as SDKs say it. */
function remoteContext(context: unknown): unknown {
  if (typeof context !== 'object' || context === null || !Object.hasOwn(context, 'key')) return context;
  const { key, ...attributes } = context as Readonly<Record<string, unknown>>;
  const isFlat = Object.values(attributes).every((value) => typeof value !== 'object' || value === null);
  return isFlat && attributes['kind'] !== 'multi' ? { ...attributes, targetingKey: key } : context;
}

/** The reason of the protocol for one of ours. */
function remoteReason(
  { expected: { reason }, before = [], items, flagKey }: NamedCase,
  version: number | null,
): string {
  if (reason.rollout) return 'SPLIT';
  if (reason.rollout === null) return 'DEFAULT';
  switch (reason.kind) {
    case 'OFF':
    case 'KILLED':
      return 'DISABLED';
    case 'FALLTHROUGH': {
      const served = [...before, ...items].find(
        (item): item is FlagItem => item.kind === 'flag' && item.key === flagKey && item.rev === version,
      );
      return served?.body.rules.length === 0 ? 'STATIC' : 'DEFAULT';
    }
    default:
      return 'TARGETING_MATCH';
  }
}

function checkFailure({ flagKey, expected }: NamedCase, status: number, answer: RemoteAnswer): void {
  const [errorKind = ''] = [expected.reason.errorKind].flat();
  expect(answer).toMatchObject({ key: flagKey, errorCode: CODES[errorKind] ?? errorKind });
  expect(status).toBe(STATUS[errorKind] ?? 400);
  expect(answer).not.toHaveProperty('value');
}

function checkSuccess(one: NamedCase, status: number, answer: RemoteAnswer): void {
  const { flagKey, expected } = one;
  expect(status).toBe(200);
  expect(answer).toMatchObject({
    key: flagKey,
    variant: expected.variation,
    reason: remoteReason(one, expected.flagVersion),
    metadata: {
      flagVersion: environment.versionFor(one),
      ...(expected.reason.rollout === null && { notBucketed: true }),
    },
  });
  expect(answer.value).toStrictEqual(expected.value);
}

/** No fallback travels: a client finds the type that does not fit by looking at the value. */
function checkMismatch({ fallback }: NamedCase, status: number, answer: RemoteAnswer): void {
  expect(status).toBe(200);
  expect(typeof answer.value).not.toBe(typeof fallback);
}

describe('remote evaluation answers as the case expects:', () => {
  const remote = CASES.filter((one) => one.remote !== false);
  test.for(remote.map((one) => [one.title, one] as const))('%s', async ([, one]) => {
    const errorKinds = [one.expected.reason.errorKind].flat();
    // A server keeps what it could read, too: what an earlier case left must not be kept.
    if (one.before !== undefined || errorKinds.includes('UNSUPPORTED')) await pass(one, []);
    if (one.before !== undefined) await pass(one, one.before);
    const { status, answer } = await pass(one, one.items);
    if (errorKinds.includes('TYPE_MISMATCH')) checkMismatch(one, status, answer);
    else if (one.expected.variation === null) checkFailure(one, status, answer);
    else checkSuccess(one, status, answer);
  });
});
