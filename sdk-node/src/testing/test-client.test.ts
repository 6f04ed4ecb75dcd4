import { describe, expect, test } from 'vitest';
import { createTestClient } from '../testing.ts';

interface Flags {
  'new-checkout': boolean;
  'button-colour': 'blue' | 'green';
  'page-size': number;
  'rate-limits': { readonly perMinute: number };
}

const user = { user: { key: 'u-42' } };

describe('a value that a test gave', () => {
  test('is served to everybody, as what a test gave', () => {
    const flags = createTestClient<Flags>({ 'new-checkout': true });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({
      value: true,
      variation: 'on',
      environmentVersion: 1,
      flagVersion: 1,
      reason: { kind: 'OVERRIDE', by: 'test' },
      source: 'test',
      stale: false,
    });
  });

  test('may be a function of the context, one entry per kind with keys as strings', () => {
    const seen: unknown[] = [];
    const flags = createTestClient<Flags>({ 'new-checkout': false });
    flags.set('new-checkout', (context) => {
      seen.push(context);
      return context['user']?.key === '7';
    });
    expect(flags.variation('new-checkout', { key: 7, plan: 'pro' }, false)).toBe(true);
    expect(flags.variation('new-checkout', { org: { key: 'acme' } }, true)).toBe(false);
    expect(seen).toEqual([{ user: { key: '7', plan: 'pro' } }, { org: { key: 'acme' } }]);
  });

  test('is the same frozen object on every read, by a function too', () => {
    const flags = createTestClient<Flags>({ 'rate-limits': { perMinute: 6 } });
    const read = () => flags.variation('rate-limits', user, { perMinute: 0 });
    expect(read()).toBe(read());
    flags.set('rate-limits', () => ({ perMinute: 7 }));
    expect(read()).toBe(read());
    expect(Object.isFrozen(read())).toBe(true);
  });

  test('of another type than the fallback gives the fallback, like in production', () => {
    const flags = createTestClient({ 'page-size': 20 });
    expect(flags.variation('page-size', user, 'many')).toBe('many');
    expect(flags.variationDetail('page-size', user, 'many').reason).toMatchObject({ errorKind: 'TYPE_MISMATCH' });
  });

  test('that throws for a context tells the test', () => {
    const flags = createTestClient<Flags>().set('new-checkout', () => {
      throw new Error('no such user');
    });
    expect(() => flags.variation('new-checkout', user, false)).toThrow('no such user');
  });
});

describe('a change', () => {
  test('is told to listeners before `set` returns', () => {
    const flags = createTestClient<Flags>({ 'new-checkout': false, 'page-size': 20 });
    const told: unknown[] = [];
    flags.on('change', ({ keys, fromVersion, toVersion }) => {
      told.push([...keys, fromVersion, toVersion, flags.variation('new-checkout', user, false)]);
    });
    flags.on('change:page-size', ({ key, toVersion }) => told.push([key, toVersion]));
    flags.set('new-checkout', true);
    flags.set({ 'new-checkout': false, 'page-size': 50 });
    flags.remove('page-size');
    expect(told).toEqual([
      ['new-checkout', 1, 2, true],
      ['new-checkout', 'page-size', 2, 3, false],
      ['page-size', 3],
      ['page-size', 3, 4, false],
      ['page-size', 4],
    ]);
  });

  test('is undone by `reset`, which keeps listeners and forgets recordings', () => {
    const flags = createTestClient<Flags>({ 'new-checkout': false });
    flags.set({ 'new-checkout': true, 'page-size': 50 }).setStatus('stale');
    flags.variation('new-checkout', user, false);
    const told: unknown[] = [];
    flags.on('change', ({ keys }) => told.push(keys));
    flags.reset();
    expect(flags.evaluations).toEqual([]);
    expect(flags.variation('new-checkout', user, true)).toBe(false);
    expect(() => flags.variation('page-size', user, 0)).toThrow('Unknown flag "page-size"');
    expect(flags.status.state).toBe('ready');
    expect(told).toEqual([['new-checkout', 'page-size']]);
  });
});

describe('a flag that no test gave', () => {
  test('S25: makes the call throw, and the error names the nearest flag', () => {
    const flags = createTestClient({ 'new-checkout': false });
    const said = 'Unknown flag "new-chekout". Did you mean "new-checkout"?';
    expect(() => flags.variation('new-chekout', user, false)).toThrow(said);
    expect(() => flags.variationDetail('new-chekout', user, false)).toThrow(said);
  });

  test('serves the fallback where the test allows it', () => {
    const flags = createTestClient({ 'new-checkout': false }, { strict: false });
    expect(flags.variation('new-chekout', user, true)).toBe(true);
    expect(flags.variationDetail('new-chekout', user, true).reason).toMatchObject({ errorKind: 'FLAG_NOT_FOUND' });
  });
});

describe('what was asked', () => {
  test('is recorded with its context, its fallback and its answer', () => {
    const flags = createTestClient<Flags>({ 'new-checkout': true, 'button-colour': 'green' });
    flags.variation('new-checkout', { key: 'u-42' }, false);
    flags.variationDetail('button-colour', user, 'blue');
    expect(flags.evaluations).toMatchObject([
      { key: 'new-checkout', context: user, fallback: false, detail: { value: true, variation: 'on', source: 'test' } },
      { key: 'button-colour', context: user, fallback: 'blue', detail: { value: 'green', variation: 'green' } },
    ]);
  });
});

describe('how flags are doing', () => {
  test('is recorded of guarded calls, of requests and of errors that were reported', async () => {
    const flags = createTestClient<Flags>({ 'new-checkout': true, 'button-colour': 'green' });
    const failing = () =>
      flags.guard('new-checkout', user, false, () => {
        throw new Error('declined');
      });
    expect(failing).toThrow('declined');
    expect(await flags.guard('new-checkout', user, false, async (on) => on, { operation: 'pay' })).toBe(true);
    flags.runWithContext(user, (scope) => {
      scope.variation('button-colour', 'blue');
      flags.reportError(new Error('late'));
      scope.end({ ok: true, durationMs: 12, operation: 'GET /' });
    });
    expect(flags.health).toEqual([
      { flag: 'new-checkout', variation: 'on', operation: 'new-checkout', ok: false, durationMs: expect.any(Number) },
      { flag: 'new-checkout', variation: 'on', operation: 'pay', ok: true, durationMs: expect.any(Number) },
      { flag: 'button-colour', variation: 'green', operation: 'reportError', ok: false, durationMs: 0 },
      { flag: 'button-colour', variation: 'green', operation: 'GET /', ok: true, durationMs: 12 },
    ]);
    expect(flags.reset().health).toEqual([]);
  });

  test('is told by events too, with whom they are about', () => {
    const flags = createTestClient<Flags>();
    flags.track('order.placed', user, { value: 120.5 });
    flags.forContext({ key: 'u-7' }).track('order.seen');
    expect(flags.tracked).toEqual([
      { event: 'order.placed', context: user, data: { value: 120.5 } },
      { event: 'order.seen', context: { key: 'u-7' } },
    ]);
    expect(flags.reset().tracked).toEqual([]);
  });
});

describe('a scope of a client for tests', () => {
  test('reads each flag once, and keeps what it has read when the test sets another value', () => {
    const flags = createTestClient<Flags>({ 'new-checkout': false });
    const scope = flags.forContext(user);
    expect(scope.variation('new-checkout', true)).toBe(false);
    flags.set('new-checkout', true);
    expect(scope.variation('new-checkout', true)).toBe(false);
    expect(flags.forContext(user).variation('new-checkout', false)).toBe(true);
    expect(flags.evaluations.map(({ detail }) => detail.value)).toEqual([false, true]);
  });

  test('has the state for browsers, of functions too', () => {
    const flags = createTestClient<Flags>({ 'new-checkout': true });
    flags.set('button-colour', ({ user: someone }) => (someone?.key === 'u-42' ? 'green' : 'blue'));
    expect(flags.allFlagsState(user).values).toEqual({ 'button-colour': 'green', 'new-checkout': true });
    expect(flags.evaluations).toEqual([]);
  });

  test('follows a migration and a watch', async () => {
    const flags = createTestClient<Flags & { 'users-db': 'off' | 'complete' }>({ 'users-db': 'off' });
    const users = flags.migration('users-db', { fallbackStage: 'off', read: { old: () => 1, new: () => 2 } });
    const seen: unknown[] = [];
    flags.watch('users-db', user, 'off', ({ value }) => seen.push(value));
    expect(await users.read(user)).toBe(1);
    flags.set('users-db', 'complete');
    expect(await users.read(user)).toBe(2);
    expect(seen.at(-1)).toBe('complete');
  });
});

describe('the state of a client', () => {
  test.for([
    ['ready', true],
    ['stale', true],
    ['degraded', true],
    ['unauthorized', true],
    ['offline', true],
    ['initializing', false],
    ['failed', false],
    ['closed', false],
  ] as const)('%s is what the test says, and the value is served: %s', ([state, isServed]) => {
    const flags = createTestClient<Flags>({ 'new-checkout': true }).setStatus(state);
    expect(flags.status.state).toBe(state);
    expect(flags.variation('new-checkout', user, false)).toBe(isServed);
    expect(flags.variationDetail('new-checkout', user, false)).toMatchObject({
      stale: state === 'stale',
      source: isServed ? 'test' : 'none',
    });
  });

  test.for([
    ['ready', { status: 'ready', source: 'test' }],
    ['initializing', { status: 'timeout' }],
    ['failed', { status: 'failed', error: { code: 'GP1001' } }],
    ['closed', { status: 'failed', error: { code: 'GP1002' } }],
  ] as const)('whoever waits for a client that is %s has the answer at once', async ([state, result]) => {
    expect(await createTestClient().setStatus(state).waitForInitialization()).toMatchObject(result);
  });

  test('is told to listeners when it changes', () => {
    const flags = createTestClient<Flags>();
    const told: string[] = [];
    flags.on('status', ({ state }) => told.push(`status ${state}`));
    flags.on('stale', ({ state }) => told.push(`stale ${state}`));
    flags.on('ready', ({ status }) => told.push(`ready ${status}`));
    flags.setStatus('stale').setStatus('initializing').setStatus('ready').setStatus('ready');
    expect(told).toEqual(['status stale', 'stale stale', 'status initializing', 'status ready', 'ready ready']);
  });

  test('is closed at the end of `await using`', async () => {
    const flags = createTestClient<Flags>({ 'new-checkout': true });
    {
      await using inner = flags;
      inner.variation('new-checkout', user, false);
    }
    expect(flags.status.state).toBe('closed');
    expect(flags.variation('new-checkout', user, false)).toBe(false);
  });
});
