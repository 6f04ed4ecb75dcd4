import { expect, test } from 'vitest';
import { rewritten } from './rewrite.ts';

test('lines that are written into a file end as its others do', () => {
  expect(rewritten('a: 1\r\nb: 2 # two\r\n', 'a: 1\nb: 2 # two\n', 'a: 1\nb: 2 # two\nc: 3\n')).toBe(
    'a: 1\r\nb: 2 # two\r\nc: 3\r\n',
  );
});
