import { expect, test } from 'vitest';
import { readSealed, SEAL, sealedHeader } from './sealed.ts';

const print = '0123456789abcdef';

test('a token is taken apart into its header, the print of its key, and what is sealed', () => {
  const header = sealedHeader(print);
  expect(readSealed(`${header}.AbC-_9`)).toEqual({ header, print, sealed: 'AbC-_9' });
});

test.for([
  '',
  'v1',
  `v1.${print}`,
  `v1.${print}.`,
  `v2.${print}.AbC`,
  `v1.${print.toUpperCase()}.AbC`,
  `v1.${print}.A=`,
  `v1.${print}.A.B`,
  ` v1.${print}.A`,
  `v1.${print}.A\n`,
  `v1.${print}.${'A'.repeat(SEAL.maxCharacters)}`,
])('%j is no token', (token) => {
  expect(readSealed(token)).toBeNull();
});
