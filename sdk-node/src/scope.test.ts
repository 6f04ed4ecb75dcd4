import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import type { FlagScope } from './scope-types.ts';
import { testPlatform } from './testing-platform.ts';
import { KEY, reported, user, world } from './testing-world.ts';

const off = flagItem('new-checkout', { on: false });
const on = flagItem('new-checkout');

describe('a scope', () => {
  test('keeps the rules that it began with, while others get the new ones', () => {
    const { flags, change } = world();
    const scope = flags.forContext(user);
    expect(scope.variation('new-checkout', false)).toBe(true);
    change(off);
    expect(scope.variation('new-checkout', false)).toBe(true);
    expect(scope.environmentVersion).toBe(1);
    expect(flags.variation('new-checkout', user, true)).toBe(false);
    expect(flags.forContext(user).variation('new-checkout', true)).toBe(false);
  });

  test('keeps them for flags that it has not read yet, too', () => {
    const { flags, change } = world();
    const scope = flags.forContext(user);
    change(off);
    expect(scope.variation('new-checkout', false)).toBe(true);
  });

  test('takes the newest rules when its time is over, so that a kill lands', () => {
    const { flags, platform, change } = world();
    const scope = flags.forContext(user);
    const brief = flags.forContext(user, { maxPinMs: 1_000 });
    change(off);
    platform.advance(999);
    expect(brief.variation('new-checkout', true)).toBe(true);
    platform.advance(1);
    expect(brief.variation('new-checkout', true)).toBe(false);
    platform.advance(28_999);
    expect(scope.variation('new-checkout', true)).toBe(true);
    platform.advance(1);
    expect(scope.variation('new-checkout', true)).toBe(false);
    expect(scope.environmentVersion).toBe(2);
  });

  test('takes them at once when it is told to', () => {
    const { flags, change } = world();
    const scope = flags.forContext(user);
    scope.variation('new-checkout', true);
    change(off);
    scope.refresh();
    expect(scope.variation('new-checkout', true)).toBe(false);
  });

  test('answers the same detail as long as it holds the same rules', () => {
    const { flags } = world();
    const scope = flags.forContext(user);
    const detail = scope.variationDetail('new-checkout', false);
    expect(detail).toEqual(flags.variationDetail('new-checkout', user, false));
    expect(scope.variationDetail('new-checkout', false)).toBe(detail);
  });

  test('made before any data answers fallbacks until it is over, once it has answered one', () => {
    const platform = testPlatform();
    const flags = createClientOn(platform, KEY);
    const [read, unread] = [flags.forContext(user), flags.forContext(user)];
    expect(read.variation('new-checkout', false)).toBe(false);
    platform.accept(1, [on]);
    expect(read.variation('new-checkout', false)).toBe(false);
    expect(unread.variation('new-checkout', false)).toBe(true);
    platform.advance(30_000);
    expect(read.variation('new-checkout', false)).toBe(true);
  });

  test('answers fallbacks once the client is closed', () => {
    const { flags } = world();
    const scope = flags.forContext(user);
    scope.variation('new-checkout', false);
    void flags.close();
    expect(scope.variation('new-checkout', false)).toBe(false);
    expect(scope.variationDetail('new-checkout', false).reason).toMatchObject({ errorKind: 'CLIENT_CLOSED' });
  });

  test('gives each caller what fits its fallback, whoever asked first', () => {
    const { flags } = world();
    const scope = flags.forContext(user);
    expect(scope.variation('new-checkout', 'text')).toBe('text');
    expect(scope.variation('new-checkout', false)).toBe(true);
    expect(scope.variationDetail('new-checkout', 7).reason).toMatchObject({ errorKind: 'TYPE_MISMATCH' });
    expect(scope.variation('unknown', 1)).toBe(1);
    expect(scope.variation('unknown', 2)).toBe(2);
  });

  test('can have its methods taken out', () => {
    const { variation, variationDetail, refresh, allFlagsState, track, reportError, end } =
      world().flags.forContext(user);
    for (const call of [refresh, allFlagsState, () => track('placed'), () => reportError(new Error('mine'))]) call();
    end({ ok: true, durationMs: 1 });
    expect(variation('new-checkout', false)).toBe(true);
    expect(variationDetail('new-checkout', false).value).toBe(true);
  });
});

describe('what a scope counts', () => {
  test('is one exposure for each flag, however often it is read', async () => {
    const here = world({}, [on, flagItem('other')]);
    const scope = here.flags.forContext(user);
    for (let i = 0; i < 5; i += 1) scope.variation('new-checkout', false);
    scope.variationDetail('other', false);
    scope.variation('missing', false);
    scope.variation('missing', false);
    expect(await reported(here)).toEqual({ 'new-checkout on': 1, 'other on': 1, 'missing FLAG_NOT_FOUND': 1 });
  });

  test('is told as well when newer rules have taken the place of those that it holds', async () => {
    const here = world();
    const scopes = [here.flags.forContext(user), here.flags.forContext(user)];
    scopes[0]?.variation('new-checkout', false);
    here.change(off);
    for (const scope of scopes) scope.variation('new-checkout', false);
    expect(await reported(here)).toEqual({ 'new-checkout on': 2 });
  });

  test('is nothing where that was asked for', async () => {
    const here = world();
    const scope = here.flags.forContext(user, { exposures: false });
    expect(scope.variation('new-checkout', false)).toBe(true);
    expect(scope.variation('missing', 1)).toBe(1);
    expect(await reported(here)).toEqual({});
  });

  test('is a fault, and no exposure, for a caller that cannot take the value', async () => {
    const here = world();
    const scope = here.flags.forContext(user);
    scope.variation('new-checkout', 'text');
    scope.variation('new-checkout', 'text');
    expect(await reported(here)).toEqual({ 'new-checkout TYPE_MISMATCH': 1 });
  });
});

describe('the scope around a call', () => {
  test('is found anywhere below, across awaits, and not beside', async () => {
    const { flags } = world();
    const seen = await Promise.all(
      ['a', 'b'].map((key) =>
        flags.runWithContext({ key }, async (scope) => {
          await Promise.resolve();
          return [flags.current() === scope, flags.current().context];
        }),
      ),
    );
    expect(seen).toEqual([
      [true, { key: 'a' }],
      [true, { key: 'b' }],
    ]);
  });

  test('is one without a context where there is none', () => {
    const { flags } = world();
    expect(flags.current().context).toBeNull();
    expect(flags.current().variation('new-checkout', false)).toBe(true);
    flags.runWithContext(user, () => undefined);
    expect(flags.current().context).toBeNull();
  });

  test('answers what the function answers, and lets through what it throws', () => {
    const { flags } = world();
    expect(flags.runWithContext(user, (scope) => scope.variation('new-checkout', false))).toBe(true);
    const broken = () => {
      throw new Error('mine');
    };
    expect(() => flags.runWithContext(user, broken)).toThrow('mine');
  });
});

test('S9: no one of 10,000 requests gets two values for one flag while rules change 100 times a second', () => {
  const { flags, platform, change } = world();
  const requests: { readonly scope: FlagScope; readonly values: Set<boolean> }[] = [];
  const read = (every: number, from: number): void => {
    for (let index = from; index < requests.length; index += every) {
      const request = requests[index];
      request?.values.add(request.scope.variation('new-checkout', false));
    }
  };
  for (let round = 0; round < 100; round += 1) {
    for (let n = 0; n < 100; n += 1) requests.push({ scope: flags.forContext(user), values: new Set() });
    change(round % 2 === 0 ? off : on);
    platform.advance(10);
    // Each reads at other moments than its neighbours, some of them for the first time long after they began.
    read(10, round % 10);
  }
  read(1, 0);
  expect(requests.filter(({ values }) => values.size !== 1)).toEqual([]);
  expect(new Set(requests.flatMap(({ values }) => [...values])).size).toBe(2);
  platform.advance(30_000);
  const latest = flags.variation('new-checkout', user, false);
  expect(requests.filter(({ scope }) => scope.variation('new-checkout', false) !== latest)).toEqual([]);
});
