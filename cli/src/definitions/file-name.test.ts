import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { fileNameOf } from './file-name.ts';

test.for(['../x', '..', '/etc/x', 'a/b', 'a\\b', '', '.git', 'C:x', 'a\0b'])(
  'a definition that is named %j writes no file elsewhere',
  (key) => {
    expect(() => fileNameOf(key)).toThrow(Failure);
  },
);

test('a key that Windows takes for a device gets a file that can be written there', () => {
  expect(['new-checkout', 'con', 'NUL.v2', 'com1', 'console'].map(fileNameOf)).toEqual([
    'new-checkout.yaml',
    '_con.yaml',
    '_NUL.v2.yaml',
    '_com1.yaml',
    'console.yaml',
  ]);
});
