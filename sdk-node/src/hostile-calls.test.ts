import type { ContextInput } from '@glidepath/core';
import type { EvaluationInfo, FlagRef } from '@glidepath/core/sdk';
import { arbitraryItems, flagItem } from '@glidepath/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { world } from './testing-world.ts';

const RUNS = 250;
const CALLS_PER_RUN = 40;

/** Throws whatever is done with it. */
function hostileProxy(thrown: unknown): object {
  const trap = () => {
    throw thrown;
  };
  return new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap });
}

function cycle(): object {
  const body: Record<string, unknown> = { key: 'u-1' };
  body['self'] = body;
  body['list'] = [body];
  return body;
}

/** Made only when it is used: whoever looks at some of these before (a test runner does) would be thrown at. */
type Made = () => unknown;

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function constantly(value: unknown): Made {
  return () => value;
}

const thrown: readonly unknown[] = [new Error('mine'), 'text', null, undefined, Object.create(null), Symbol('mine')];
const broken = thrown.map(
  (what): Made =>
    () => {
      throw what;
    },
);
const odd: readonly Made[] = [
  ...thrown.map(
    (what): Made =>
      () =>
        hostileProxy(what),
  ),
  ...broken.map(
    (get): Made =>
      () =>
        Object.defineProperty({ plan: 'pro' }, 'key', { enumerable: true, get }),
  ),
  ...broken.map(
    (get): Made =>
      () =>
        Object.defineProperty({ key: 'u-1' }, 'country', { enumerable: true, get }),
  ),
  cycle,
  revoked,
  () => Symbol('s'),
  () => 10n,
  () => () => 'text',
  () => class {},
  () => new Proxy([], {}),
  () => new Date(Number.NaN),
  () => JSON.parse('{"__proto__": {"key": "u-1"}, "key": 7}'),
];
const plain = fc
  .anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, maxDepth: 2, maxKeys: 4 })
  .map((value): Made => constantly(value));
const strange: fc.Arbitrary<Made> = fc.oneof(
  { weight: 300, arbitrary: plain },
  { weight: 300, arbitrary: fc.constantFrom(...odd) },
  { weight: 1, arbitrary: fc.constant((): unknown => 'x'.repeat(1_000_000)) },
);
const members = (names: readonly string[]): fc.Arbitrary<Made> =>
  fc
    .dictionary(fc.constantFrom(...names), strange)
    .map((made) => () => Object.fromEntries(Object.entries(made).map(([name, make]) => [name, make()])));
const context = fc.oneof(
  strange,
  members(['key', 'kind', 'user', 'org', 'plan', '__proto__', 'country']),
  fc.constant((): unknown => ({ key: 'u-1', country: 'DE' })),
);
const validators: readonly Made[] = [...broken, ...odd, () => Promise.reject(new Error('late')), () => ({ value: 7 })];
const schema: fc.Arbitrary<Made> = fc.oneof(
  strange,
  fc.constantFrom(...validators).map((validate) => () => ({ '~standard': { validate } })),
);
const known = fc.constantFrom('new-checkout', 'text', 'json', 'ruled', '__proto__', 'missing');
const flag: fc.Arbitrary<Made> = fc.oneof(
  known.map(
    (key): Made =>
      () =>
        key,
  ),
  strange,
  fc.record({ key: known, fallback: strange, schema }).map(
    ({ key, fallback, schema }): Made =>
      () => ({ key, fallback: fallback(), schema: schema() }),
  ),
);

const contextOf = ({ context: who }: EvaluationInfo) => void who;

const items = [
  flagItem('new-checkout'),
  flagItem('text', { type: 'string', variations: [{ key: 'v', value: 'served' }], off: 0 }),
  flagItem('json', { type: 'json', variations: [{ key: 'v', value: { a: [1] } }], off: 0 }),
  flagItem('ruled', {
    rules: [
      { id: 'a', clauses: [{ attribute: 'country', operator: 'in', values: ['DE'] }], serve: { variation: 0 } },
      {
        id: 'b',
        clauses: [{ attribute: '/plan/name', operator: 'starts-with', values: ['p'], kind: 'org' }],
        serve: { variation: 1 },
      },
    ],
  }),
];

test('S2: 10,000 calls with anything at all never throw, and answer a legal value or say what was wrong', () => {
  let calls = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(flag, context, strange), { minLength: CALLS_PER_RUN, maxLength: CALLS_PER_RUN }),
      (all) => {
        // Without hooks, a call takes another way.
        const hooks = calls % (2 * CALLS_PER_RUN) === 0 ? [{ name: 'h', afterEvaluation: contextOf }] : [];
        const { flags } = world({ logger: false, hooks }, items);
        for (const given of all) {
          calls += 1;
          const [asked, who, fallback] = given.map((make) => make()) as [FlagRef<unknown>, ContextInput, unknown];
          const detail = flags.variationDetail(asked as never, who, fallback);
          expect(detail.variation === null).toBe(detail.reason.kind === 'ERROR');
          flags.variation(asked as never, who, fallback);
          const scope = flags.forContext(who);
          scope.variation(asked as never, fallback);
          scope.variationDetail(asked as never, fallback);
          scope.refresh();
          if (calls % 10 > 0) continue;
          flags.explain(asked as never, who);
          flags.allFlagsState(who).toScriptTag();
          flags.secureModeHash(who);
        }
        void flags.close();
      },
    ),
    { numRuns: RUNS },
  );
  expect(calls).toBe(RUNS * CALLS_PER_RUN);
});

test('S2: sealing anything at all never rejects', async () => {
  const { flags } = world({ logger: false });
  await fc.assert(
    fc.asyncProperty(context, async (who) => {
      expect(await flags.sealContext(who() as ContextInput)).toBeTypeOf('string');
    }),
    { numRuns: 300 },
  );
});

test('any rules and any context give the same answer through a scope as without one', () => {
  fc.assert(
    fc.property(arbitraryItems, context, (all, make) => {
      const { flags } = world({ logger: false }, all);
      const who = make() as ContextInput;
      const scope = flags.forContext(who);
      for (const { key } of all)
        expect(scope.variationDetail(key, null)).toEqual(flags.variationDetail(key, who, null));
      void flags.close();
    }),
    { numRuns: 100 },
  );
});
