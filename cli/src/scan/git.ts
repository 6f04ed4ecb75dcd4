import type { Outside } from '../outside.ts';

/** The repository around a folder, by the program `git`. */
export interface Git {
  /** Its whole path, with `/`. */
  readonly root: string;
  /** From there to the folder that was asked about: '' or `src/pay`. */
  readonly prefix: string;
  /** What it prints; null where it fails. */
  run(...args: readonly string[]): string | null;
}

/** Null where there is none, or no program. */
export function openGit({ runTool }: Pick<Outside, 'runTool'>, folder: string): Git | null {
  const runIn = (where: string, args: readonly string[]): string | null => {
    // Nothing that a repository's own configuration names is run.
    const safe = ['-C', where, '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
    const result = runTool('git', [...safe, ...args], '');
    return result?.isDone === true ? result.stdout : null;
  };
  const top = runIn(folder, ['rev-parse', '--show-toplevel']);
  if (top === null) return null;
  const root = top.replace(/\r?\n$/, '');
  const prefix = (runIn(folder, ['rev-parse', '--show-prefix']) ?? '').trim().replace(/\/$/, '');
  return { root, prefix, run: (...args) => runIn(root, args) };
}

/** Names that `git` ends with NUL. */
export const namesOf = (printed: string): readonly string[] => printed.split('\0').filter((name) => name !== '');
