import type { Outside } from './outside.ts';

/**
 * A program that comes with Windows, by its whole path: a bare name is looked for in the current folder first, and
 * whoever writes a repository could put one there.
 */
export function ofWindows(env: Outside['env'], program: string): string {
  return `${env['SystemRoot'] || 'C:\\Windows'}\\System32\\${program}`;
}
