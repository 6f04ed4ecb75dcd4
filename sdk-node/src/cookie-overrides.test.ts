import type { Item } from '@glidepath/core';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { testPlatform } from './testing-platform.ts';
import type { ClientOptions } from './types.ts';

const KEY = { url: 'http://localhost:4000', sdkKey: 'gp_srv_0123456789' };
const user = { key: 'u-1' };
const FLAGS: readonly Item[] = [
  flagItem('new-checkout', { on: false, clientSide: true }),
  flagItem('colour', {
    type: 'string',
    variations: [
      { key: 'blue', value: 'blue' },
      { key: 'green', value: 'green' },
    ],
    clientSide: true,
  }),
  flagItem('limits', { type: 'json', variations: [{ key: 'few', value: { perMinute: 5 } }], off: 0 }),
];

function start(
  overrides: NonNullable<ClientOptions['overrides']>,
  more: { readonly overrides?: true } = { overrides: true },
) {
  const platform = testPlatform();
  const flags = createClientOn(platform, { ...KEY, overrides });
  platform.accept(1, FLAGS, more);
  return { platform, flags };
}

const cookieOf = (values: unknown, name = 'glidepath-overrides') =>
  `theme=dark; ${name}=${encodeURIComponent(JSON.stringify(values))}; session=1`;

describe('a cookie of the request', () => {
  test('answers in its scope instead of the rules, says so, and is not counted', () => {
    const { flags, platform } = start({ cookie: true });
    const cookie = cookieOf({ 'new-checkout': true, limits: { perMinute: 9 } });
    const scope = flags.forContext(user, { cookie });
    expect(scope.variation('new-checkout', false)).toBe(true);
    expect(scope.variationDetail('new-checkout', false)).toMatchObject({
      value: true,
      variation: null,
      reason: { kind: 'OVERRIDE', by: 'cookie' },
      source: 'override',
    });
    const limits = scope.variation('limits', {});
    expect([limits, Object.isFrozen(limits)]).toEqual([{ perMinute: 9 }, true]);
    expect(scope.variation('colour', '')).toBe('blue');
    expect(flags.variation('new-checkout', user, true)).toBe(false);
    expect(flags.forContext(user).variation('new-checkout', true)).toBe(false);
    scope.end({ ok: false, durationMs: 1 });
    platform.advance(13_000);
    const [report] = platform.reports;
    expect(report?.evals).toMatchObject([
      { flag: 'new-checkout', var: 'off', n: 2 },
      { flag: 'colour', n: 1 },
    ]);
    expect(report?.missing).toEqual([]);
  });

  test('holds in ambient scopes, and for the state that a page is given', () => {
    const { flags } = start({ cookie: 'tools' });
    const cookie = cookieOf({ 'new-checkout': true, colour: 7, extra: 1 }, 'tools');
    flags.runWithContext(
      user,
      (scope) => {
        expect(flags.current().variation('new-checkout', false)).toBe(true);
        expect(scope.allFlagsState().values).toEqual({ 'new-checkout': true, colour: 'blue' });
      },
      { cookie },
    );
    expect(flags.allFlagsState(user).values).toEqual({ 'new-checkout': false, colour: 'blue' });
  });

  test('wins over what is fixed for the whole process', () => {
    const platform = testPlatform({ GLIDEPATH_OVERRIDES: '{"colour": "red", "new-checkout": true}' });
    const flags = createClientOn(platform, { ...KEY, overrides: { cookie: true } });
    platform.accept(1, FLAGS, { overrides: true });
    const scope = flags.forContext(user, { cookie: cookieOf({ colour: 'green' }) });
    expect(scope.variation('colour', '')).toBe('green');
    expect(scope.variationDetail('new-checkout', false)).toMatchObject({ value: true, reason: { by: 'env' } });
  });

  test('does nothing where the application does not want it, nor where the service does not allow it', () => {
    const cookie = cookieOf({ 'new-checkout': true });
    const unwanted = start({});
    const refused = start({ cookie: true }, {});
    for (const { flags, platform } of [unwanted, refused]) {
      expect(flags.forContext(user, { cookie }).variation('new-checkout', true)).toBe(false);
      expect(platform.lines).toEqual([]);
    }
  });

  test('stops acting within a scope when the service no longer allows it', () => {
    const { flags, platform } = start({ cookie: true });
    const scope = flags.forContext(user, { cookie: cookieOf({ 'new-checkout': true, colour: 'green' }) });
    expect(scope.variation('new-checkout', false)).toBe(true);
    platform.closeSocket();
    while (platform.openSockets === 0) platform.advance(100);
    platform.accept(1, FLAGS);
    expect(scope.variation('colour', '')).toBe('blue');
  });

  test.for<[what: string, cookie: unknown]>([
    ['of another type than the flag', cookieOf({ 'new-checkout': 'yes' })],
    ['that is no JSON', 'glidepath-overrides=%7Bnew'],
    ['that is not encoded', 'glidepath-overrides=%E0%A4%A'],
    ['that is a list', cookieOf([true])],
    ['that is null', cookieOf(null)],
    ['that is empty', 'glidepath-overrides='],
    ['under another name', cookieOf({ 'new-checkout': true }, 'my-glidepath-overrides')],
    ['longer than browsers keep any', cookieOf({ 'new-checkout': true, more: 'x'.repeat(4_096) })],
    ['in a header that is too long', `${cookieOf({ 'new-checkout': true })}; ${'y'.repeat(16_384)}`],
    [
      'with more flags than anybody tries out',
      cookieOf({ 'new-checkout': true, ...Array.from({ length: 200 }, () => 1) }),
    ],
    ['nested without end', `glidepath-overrides={"new-checkout":true,"deep":${'['.repeat(4_000)}`],
    ['that would alter what objects inherit', 'glidepath-overrides={"new-checkout":true,"a":{"__proto__":{"b":1}}}'],
    ['for members of every object', cookieOf({ constructor: true, toString: true, hasOwnProperty: true })],
    ['that is no text', { toString: () => cookieOf({ 'new-checkout': true }) }],
  ])('%s is as if it were not there', ([, cookie]) => {
    const { flags, platform } = start({ cookie: true });
    for (const exposures of [true, false]) {
      const scope = flags.forContext(user, { cookie: cookie as string, exposures });
      expect(scope.variationDetail('new-checkout', true)).toMatchObject({ value: false, reason: { kind: 'OFF' } });
      expect(scope.variation('new-checkout', 'text')).toBe('text');
      expect(scope.variationDetail('valueOf', true)).toMatchObject({ reason: { errorKind: 'FLAG_NOT_FOUND' } });
    }
    expect(platform.lines).toEqual([]);
  });

  test('of a flag that is not there has the type of the fallback, or is not there either', () => {
    const { flags } = start({ cookie: true });
    const scope = flags.forContext(user, { cookie: cookieOf({ extra: 5, other: 'text', list: [1], nothing: null }) });
    expect(scope.variation('extra', 0)).toBe(5);
    expect(scope.variation('other', 0)).toBe(0);
    expect(scope.variation('list', {})).toEqual({});
    expect(scope.variation('nothing', {})).toEqual({});
  });
});
