import { openProject } from './project.ts';
import { type FlagRead, openReader, type ReadOptions } from './reads.ts';

const ROOT = '/shop';

/** What is read in files that exist only here; their names are relative. */
export function readsIn(
  sources: Readonly<Record<string, string>>,
  options: Partial<ReadOptions> = {},
): { readonly reads: readonly FlagRead[]; readonly unread: ReadonlyMap<string, string> } {
  const texts = new Map(Object.entries(sources).map(([name, text]) => [`${ROOT}/${name}`, text]));
  const files = { read: (file: string) => texts.get(file) ?? null, exists: (file: string) => texts.has(file) };
  const project = openProject(files, ROOT);
  const reader = openReader(project, { wrappers: [], known: new Set(['new-checkout', 'beta']), ...options });
  const found = reader.readAll([...texts.keys()]);
  return { reads: [...texts.keys()].flatMap((file) => found.get(file) ?? []), unread: project.unread };
}

/** `file:line call key,key = fallback`, as people would write it down. */
export const lineFor = ({ at, line, call, keys, why, fallback }: FlagRead): string =>
  [
    `${at.file.slice(ROOT.length + 1)}:${line}`,
    call,
    keys === null ? '?' : `${keys.join(',')}${why === null ? '' : ',?'}`,
    ...(fallback === null ? [] : [`= ${JSON.stringify(fallback.json)}`]),
  ].join(' ');
