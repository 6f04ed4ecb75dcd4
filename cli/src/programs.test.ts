import { expect, test } from 'vitest';
import { onPath } from './programs.ts';
import { newSeen, testOutside } from './testing-outside.ts';

test('a program that lies in the current folder of Windows is not run in the place of the installed one', () => {
  const seen = newSeen();
  for (const file of ['C:\\shop\\git.exe', 'git.exe', '.\\git.exe', 'C:\\Git\\cmd\\git.exe']) seen.files.set(file, '');
  const found = (PATH: string) => onPath(testOutside({ platform: 'win32', env: { PATH } }, seen), 'git');
  expect(found('.;;tools;C:\\Windows;C:\\Git\\cmd')).toBe('C:\\Git\\cmd\\git.exe');
  expect(found('.;C:\\Windows')).toBeNull();
  expect(onPath(testOutside({ env: { PATH: '/usr/bin' } }, seen), 'git')).toBe('git');
});
