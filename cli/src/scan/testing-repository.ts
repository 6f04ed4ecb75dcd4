import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Outside } from '../outside.ts';
import { run } from '../run.ts';
import { newSeen, testOutside } from '../testing-outside.ts';

const NOW = Date.UTC(2026, 10, 22);

export interface TestRepository {
  readonly folder: string;
  write(files: Readonly<Record<string, string | Buffer>>): void;
  git(...args: readonly string[]): string;
  /** Everything that is there, as one commit. */
  commit(): void;
  /** Runs the command there, or in a folder of it. */
  glidepath(argv: readonly string[], given?: Partial<Outside> & { readonly in?: string }): Promise<Told>;
}

export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own, and real; with a repository of git unless it is to have none. */
export function testRepository(files: Readonly<Record<string, string | Buffer>>, hasGit = true): TestRepository {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'glidepath-scan-')));
  const git = (...args: readonly string[]): string => {
    const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const repository: TestRepository = {
    folder,
    git,
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text);
      }
    },
    commit() {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', 'change');
    },
    async glidepath(argv, { in: where = '', ...given } = {}) {
      const seen = newSeen();
      const outside = testOutside(
        { argv, folder: path.join(folder, where), files: realFiles, runTool, now: () => NOW, ...given },
        seen,
      );
      const code = await run(outside);
      return { code, stdout: seen.stdout.join(''), stderr: seen.stderr.join('') };
    },
  };
  if (hasGit) git('init', '--quiet', '--initial-branch=main');
  repository.write(files);
  return repository;
}

const realFiles: Outside['files'] = {
  read: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null),
  exists: existsSync,
  bytes(file) {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats.size : null;
  },
  list: (folder) =>
    readdirSync(folder, { withFileTypes: true })
      .map(
        (entry) =>
          ({ name: entry.name, kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other' }) as const,
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  write: (file, text) => writeFileSync(file, text),
};

const runTool: Outside['runTool'] = (program, args, input) => {
  const { error, status, stdout } = spawnSync(program, args, { input, encoding: 'utf8' });
  return error === undefined ? { isDone: status === 0, stdout } : null;
};
