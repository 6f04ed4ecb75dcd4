import path from 'node:path';
import type { Outside } from '../outside.ts';

/** Text as the project's own formatter would write it; the same text where it has none, or that fails. */
type Format = (file: string, before: string, after: string) => string;

interface Tool {
  readonly program: string;
  readonly args: (file: string) => readonly string[];
  readonly settings: readonly string[];
}

const TOOLS: readonly Tool[] = [
  {
    program: 'biome',
    args: (file) => ['format', `--stdin-file-path=${file}`],
    settings: ['biome.json', 'biome.jsonc'],
  },
  {
    program: 'prettier',
    args: (file) => ['--stdin-filepath', file],
    settings: [''],
  },
];

/** Only what was formatted before is formatted again: of other files nothing else may change. */
export function formatterFor(
  { files, runTool }: Pick<Outside, 'files' | 'runTool'>,
  folder: string,
  root: string,
): Format {
  const found = nearest(files, folder, root);
  if (found === null) return (_, __, after) => after;
  const formatted = (file: string, text: string): string | null => {
    const result = runTool(found.program, found.args(file), text);
    return result?.isDone === true && result.stdout !== '' ? result.stdout : null;
  };
  return (file, before, after) => (formatted(file, before) === before ? (formatted(file, after) ?? after) : after);
}

/** The one that is installed in this folder or above, up to the root: what lies higher may be anybody's. */
function nearest(
  files: Pick<Outside['files'], 'exists'>,
  folder: string,
  root: string,
): Pick<Tool, 'program' | 'args'> | null {
  for (let here = folder; ; here = path.dirname(here)) {
    for (const { program, args, settings } of TOOLS) {
      const binary = path.join(here, 'node_modules', '.bin', program);
      if (files.exists(binary) && settings.some((name) => files.exists(path.join(here, name))))
        return { program: binary, args };
    }
    if (path.relative(root, here) === '' || path.dirname(here) === here) return null;
  }
}
