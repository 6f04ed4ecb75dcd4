import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { countsOf, patchOf } from './unified-diff.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'glidepath-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const git = (args: readonly string[], input = '') =>
  spawnSync('git', args, { cwd: folder, input, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: folder } });

const textOf = fc
  .array(fc.constantFrom('a', 'b', '', '}', '  x();', 'c\r'), { maxLength: 12 })
  .chain((lines) => fc.constantFrom('\n', '').map((end) => (lines.length === 0 ? '' : lines.join('\n') + end)));

test('git makes one text of the other by the patch', () => {
  git(['init', '-q']);
  const pairs = fc
    .sample(fc.tuple(textOf, textOf), { numRuns: 60, seed: 6 })
    .filter(([before, after]) => before !== '' && after !== '' && before !== after)
    .map(([before, after], index) => ({ name: `file ${index}.ts`, before, after }));
  for (const { name, before } of pairs) writeFileSync(path.join(folder, name), before);
  const patch = patchOf(pairs);
  expect(git(['apply', '--check', '--whitespace=nowarn', '-'], patch)).toMatchObject({ status: 0, stderr: '' });
  expect(git(['apply', '--whitespace=nowarn', '-'], patch).status).toBe(0);
  for (const { name, after } of pairs) expect(readFileSync(path.join(folder, name), 'utf8')).toBe(after);
});

test('names with quotes, line ends and other controls stay names', () => {
  const names = ['a "b".ts', 'back\\slash.ts', 'line\nend.ts', 'tab\t.ts', 'bell\u0007\u0085.ts'];
  for (const name of names) writeFileSync(path.join(folder, name), 'a\n');
  const patch = patchOf(names.map((name) => ({ name, before: 'a\n', after: 'b\n' })));
  expect(git(['apply', '-'], patch)).toMatchObject({ status: 0, stderr: '' });
  for (const name of names) expect(readFileSync(path.join(folder, name), 'utf8')).toBe('b\n');
});

test('counts what was added and removed, and nothing of what stayed', () => {
  const before = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join('');
  const after = before.replace('line 3\n', '').replace('line 30\n', 'other\n');
  expect(countsOf({ name: 'a', before, after })).toEqual({ added: 1, removed: 2 });
  expect(patchOf([{ name: 'a', before, after }]).match(/^@@/gm)).toHaveLength(2);
  expect(patchOf([{ name: 'a', before, after: before }])).toBe('');
});
