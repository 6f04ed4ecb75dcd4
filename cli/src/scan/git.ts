import type { Outside } from '../outside.ts';
import { type Machine, onPath } from '../programs.ts';

/** The repository around a folder, by the program `git`. */
export interface Git {
  /** Its whole path, with `/`. */
  readonly root: string;
  /** From there to the folder that was asked about: '' or `src/pay`. */
  readonly prefix: string;
  /** What it prints; null where it fails. */
  run(...args: readonly string[]): string | null;
  /** The same for one that reads what it is to do. */
  given(input: string, ...args: readonly string[]): string | null;
}

/** Neither hooks nor watchers of the repository are run, and a file named `:!a.ts` is no pattern. */
const SAFE = [
  '--no-optional-locks',
  '--literal-pathspecs',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.quotePath=false'].flatMap((set) => ['-c', set]),
];

/** Null where there is none, or no program. */
export function openGit(outside: Pick<Outside, 'runTool' | keyof Machine>, folder: string): Git | null {
  const git = onPath(outside, 'git');
  if (git === null) return null;
  const runIn = (where: string, args: readonly string[], input = ''): string | null => {
    const result = outside.runTool(git, ['-C', where, ...SAFE, ...args], input);
    return result?.isDone === true ? result.stdout : null;
  };
  const top = runIn(folder, ['rev-parse', '--show-toplevel']);
  if (top === null) return null;
  const root = top.replace(/\r?\n$/, '');
  const prefix = (runIn(folder, ['rev-parse', '--show-prefix']) ?? '').trim().replace(/\/$/, '');
  return { root, prefix, run: (...args) => runIn(root, args), given: (input, ...args) => runIn(root, args, input) };
}

/** Names that `git` ends with NUL. */
export const namesOf = (printed: string): readonly string[] => printed.split('\0').filter((name) => name !== '');
