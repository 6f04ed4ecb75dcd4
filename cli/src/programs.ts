import path from 'node:path';
import type { Outside } from './outside.ts';

/**
 * A program that comes with Windows, by its whole path: a bare name is looked for in the current folder first, and
 * whoever writes a repository could put one there.
 */
export function ofWindows(env: Outside['env'], program: string): string {
  return `${env['SystemRoot'] || 'C:\\Windows'}\\System32\\${program}`;
}

export type Machine = Pick<Outside, 'env' | 'platform' | 'files'>;

/** A program that somebody has installed, for the same reason by its whole path on Windows; null where there is none. */
export function onPath({ env, platform, files }: Machine, program: string): string | null {
  if (platform !== 'win32') return program;
  const folders = (env['PATH'] ?? '').split(';').filter((folder) => path.win32.isAbsolute(folder));
  return folders.map((folder) => path.win32.join(folder, `${program}.exe`)).find(files.exists) ?? null;
}
