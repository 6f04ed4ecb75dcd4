import { expect, test } from 'vitest';
import type { UserContext } from '../../lib/user-context.ts';
import { readSubject, subjectOf } from './playground-search.ts';

test.for<[context: UserContext, as: string | undefined, attributes: string | undefined]>([
  [{ key: '8842' }, '8842', undefined],
  [{ key: '8842', country: 'RO' }, '8842', '{"country":"RO"}'],
  [{ country: 'RO' }, undefined, '{"country":"RO"}'],
  [{ key: 8842 }, undefined, '{"key":8842}'],
  [{ kind: 'org', key: 'acme' }, 'acme', '{"kind":"org"}'],
  [{ user: { key: 'u' }, org: { key: 'o' } }, undefined, '{"user":{"key":"u"},"org":{"key":"o"}}'],
])('%j is said by an address and read back', ([context, as, attributes]) => {
  const subject = subjectOf(context);
  expect(subject).toEqual({ as, attributes });
  expect(readSubject(subject)).toEqual({ kind: 'context', context });
});

test.for([
  ['nobody', {}],
  ['unreadable', { attributes: '{"a":' }],
  ['unreadable', { as: 'u', attributes: '[1]' }],
] as const)('it is %s that %j means', ([kind, subject]) => {
  expect(readSubject(subject)).toEqual({ kind });
});
