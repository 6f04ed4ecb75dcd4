import type { ContextInput } from '@glidepath/core';
import { expect, test } from 'vitest';
import { identify } from './identity.ts';
import type { Vouching } from './vouching.ts';

/** Vouches for whatever carries this hash. */
const vouching: Vouching = {
  open: () => expect.unreachable(),
  signerOf: (_environment, _canonical, hash) => (hash === 'good' ? 'key-1' : null),
};
const deps = { vouching, isReadable: () => null };

const asked = (context: ContextInput, more: object = {}, secureMode: 'off' | 'required' = 'off') => {
  const identified = identify({ context, anon: 'a1', ...more }, { environment: 'e', secureMode, now: 0 }, deps);
  return identified.kind === 'somebody' ? identified.identity : identified.kind;
};
const me = { key: 'a1', anonymous: true };

test.for<[context: ContextInput, evaluated: object]>([
  [null, { user: me, device: me }],
  [{ plan: 'free' }, { user: { plan: 'free', ...me }, device: me }],
  [{ key: 'ada' }, { user: { key: 'ada' }, device: me }],
  [
    { user: { key: 'ada' }, device: { key: 'd1', os: 'x' } },
    { user: { key: 'ada' }, device: { key: 'd1', os: 'x' } },
  ],
  [
    { kind: 'org', key: 'acme' },
    { org: { key: 'acme' }, user: me, device: me },
  ],
])('with the key of a browser %j is %j', ([context, evaluated]) => {
  expect(asked(context)).toMatchObject({ context: { kind: 'multi', ...evaluated } });
});

test('nothing is added to a context that is signed', () => {
  expect(asked({ key: 'ada' }, { hash: 'good' })).toEqual({
    context: { kind: 'multi', user: { key: 'ada' } },
    trust: { kind: 'signed', signer: 'key-1', until: null },
  });
});

test('whoever has no key but the browser’s is anonymous where contexts have to be signed', () => {
  expect(asked(null, {}, 'required')).toMatchObject({ trust: { kind: 'anonymous' } });
  expect(asked({ key: 'ada' }, {}, 'required')).toBe('forbidden');
});
