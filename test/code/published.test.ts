import { cpSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { testRepository } from '../../cli/src/scan/testing-repository.ts';
import { REVIEWED } from './reviewed.ts';

interface Scanned {
  readonly references: readonly {
    readonly path: string;
    readonly line: number;
    readonly call: string;
    readonly key: string;
  }[];
  readonly unread: readonly unknown[];
}

const flagOf = (key: string) => ({
  key,
  type: 'boolean',
  archivedAt: null,
  lifetimeDays: null,
  ownerName: null,
  tags: [],
});

test.for(REVIEWED)('in $package, scan finds what a reviewer found', async (reviewed) => {
  const source = path.join(import.meta.dirname, '../node_modules', reviewed.package);
  expect(JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'))).toMatchObject({
    version: reviewed.version,
  });
  const keys = [...new Set(reviewed.found.map((one) => one.split(' ').at(-1) ?? ''))];
  const repository = testRepository({
    'glidepath.config.json': JSON.stringify({ scan: { wrappers: [{ name: reviewed.asksBy }] } }),
    'flags.json': JSON.stringify({ kind: 'flags', flags: keys.map(flagOf) }),
  });
  for (const folder of reviewed.folders)
    cpSync(path.join(source, folder), path.join(repository.folder, folder), {
      recursive: true,
      filter: (file) => !path.extname(file) || file.endsWith('.js'),
    });
  const { code, stdout, stderr } = await repository.glidepath(['scan', '--from', 'flags.json', '--check', '--json']);
  rmSync(repository.folder, { recursive: true });
  expect(code, stderr).toBe(0);
  const { references, unread } = JSON.parse(stdout) as Scanned;
  expect(unread).toEqual([]);
  const found = references.map(({ path: file, line, call, key }) => `${file}:${line} ${call} ${key}`);
  expect(found.toSorted()).toEqual(reviewed.found.toSorted());
});
