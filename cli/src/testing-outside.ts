import { spawnSync } from 'node:child_process';
import type { Outside } from './outside.ts';

/** What somebody has seen and was asked. */
export interface Seen {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly questions: string[];
  /** What lies in files, by their names. */
  readonly files: Map<string, string>;
}

/** A machine of a test's own: without a terminal, with files in memory, and where waiting takes no time. */
export function testOutside(given: Partial<Outside> = {}, seen: Seen = newSeen()): Outside {
  let now = 0;
  return {
    argv: [],
    env: {},
    folder: '/shop',
    home: '/home/ann',
    version: '0.0.0',
    platform: 'linux',
    machine: 'laptop',
    stdout: { isTerminal: false, write: (text) => void seen.stdout.push(text) },
    stderr: { isTerminal: false, write: (text) => void seen.stderr.push(text) },
    stdin: {
      isTerminal: false,
      readAll: async () => '',
      ask: async (question) => {
        seen.questions.push(question);
        return '';
      },
    },
    files: {
      read: (file) => seen.files.get(file) ?? null,
      exists: (file) => seen.files.has(file),
      bytes: (file) => seen.files.get(file)?.length ?? null,
      list: (folder) => listed([...seen.files.keys()], folder),
      write: (file, text) => void seen.files.set(file, text),
    },
    now: () => now,
    newId: () => 'id-1',
    async wait(ms) {
      now += ms;
    },
    interruption: () => AbortSignal.abort(),
    runTool: () => null,
    runShell: async () => true,
    openInBrowser: () => undefined,
    ...given,
  };
}

function listed(files: readonly string[], folder: string): ReturnType<Outside['files']['list']> {
  const inside = files.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1));
  const names = [...new Set(inside.map((file) => file.split('/')[0] ?? ''))].sort();
  return names.map((name) => ({ name, kind: inside.includes(name) ? 'file' : 'folder' }));
}

export const newSeen = (): Seen => ({ stdout: [], stderr: [], questions: [], files: new Map() });

/** Runs what is on this path, as the command does. */
export const toolsOn =
  (folder: string): Outside['runTool'] =>
  (program, args, input) => {
    const { error, status, stdout } = spawnSync(program, args, {
      input,
      encoding: 'utf8',
      env: { PATH: `${folder}:/usr/bin:/bin`, STORE: folder },
    });
    return error === undefined ? { isDone: status === 0, stdout } : null;
  };
