import path from 'node:path';
import type { Outside } from '../outside.ts';

/** Text as the project's own formatter would write it; the same text where it has none, or that fails. */
type Format = (file: string, before: string, after: string) => string;

interface Tool {
  readonly program: string;
  readonly args: (file: string) => readonly string[];
  /** Of which there must be one, where a project may have it for others' sake. */
  readonly settings: readonly string[] | null;
}

const TOOLS: readonly Tool[] = [
  {
    program: 'biome',
    args: (file) => ['format', `--stdin-file-path=${file}`],
    settings: ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'],
  },
  { program: 'prettier', args: (file) => ['--stdin-filepath', file], settings: null },
];

/** Only what was formatted before is formatted again: of other files nothing else may change. */
export function formatterFor({ files, runTool }: Pick<Outside, 'files' | 'runTool'>, root: string): Format {
  const exists = (file: string): boolean => files.exists(file);
  const known = new Map<string, Found | null>();
  const toolFor = (folder: string): Found | null => {
    const found = known.get(folder) ?? nearest(exists, folder, root);
    known.set(folder, found);
    return found;
  };
  const formatted = ({ binary, tool }: Found, file: string, text: string): string | null => {
    const result = runTool(binary, tool.args(file), text);
    return result?.isDone === true && result.stdout !== '' ? result.stdout : null;
  };
  return (file, before, after) => {
    const found = toolFor(path.dirname(file));
    if (found === null || formatted(found, file, before) !== before) return after;
    return formatted(found, file, after) ?? after;
  };
}

interface Found {
  readonly binary: string;
  readonly tool: Tool;
}

/** What is installed in this folder or above, up to the root: what lies higher may be anybody's. */
function nearest(exists: (file: string) => boolean, folder: string, root: string): Found | null {
  const folders = foldersTo(root, folder);
  for (const tool of TOOLS) {
    const isSet = tool.settings?.some((name) => folders.some((one) => exists(path.join(one, name)))) ?? true;
    const binary = folders.map((one) => path.join(one, 'node_modules', '.bin', tool.program)).find(exists);
    if (isSet && binary !== undefined) return { binary, tool };
  }
  return null;
}

function foldersTo(root: string, folder: string): readonly string[] {
  const up = path.dirname(folder);
  return path.relative(root, folder) === '' || up === folder ? [folder] : [folder, ...foldersTo(root, up)];
}
