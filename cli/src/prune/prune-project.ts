import { isScript } from '../code/parse.ts';
import { openProject } from '../code/project.ts';
import { readOnce } from '../code/read-once.ts';
import { type FlagRead, openReader, type WrapperSetting } from '../code/reads.ts';
import type { Files } from '../outside.ts';
import { withoutDeclarations } from './declarations.ts';
import type { Event } from './events.ts';
import { finished, foldedFile, type PrunedFile, type Work } from './prune-file.ts';
import { purityBy } from './purity.ts';
import type { Forward } from './replacement.ts';

interface ProjectTask {
  /** Whole paths with `/`. */
  readonly files: readonly string[];
  /** Whether a file may change; all are read. */
  isWanted(file: string): boolean;
  readonly folder: string;
  readonly source: Pick<Files, 'read' | 'exists'>;
  readonly forward: Forward;
  readonly wrappers: readonly WrapperSetting[];
  /** Functions of the project that only answer. */
  readonly pure: readonly string[];
}

export interface PrunedProject {
  /** Files with reads of the flag, whether they changed or not. */
  readonly files: readonly PrunedFile[];
  /** Files that were left alone as a whole, and why. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Places that ask for a key that is not known, which may be this one. */
  readonly computed: readonly (Event & { readonly file: string })[];
}

/** Takes a flag out of all files of a project. */
export function prunedProject(task: ProjectTask): PrunedProject {
  const { folder, source, forward } = task;
  const project = openProject({ ...source, read: readOnce(source.read) }, folder);
  const reader = openReader(project, { wrappers: task.wrappers, known: new Set([forward.key]) });
  const all = reader.readAll(task.files);
  const purity = purityBy(new Set([...task.pure, 'defineFlag']));
  const skipped = new Map(project.unread);
  const computed: (Event & { readonly file: string })[] = [];
  const works: Work[] = [];
  for (const [file, reads] of all) {
    const own = reads.filter((read) => concerns(read, forward.key));
    for (const read of reads)
      if (read.keys === null && read.kind !== 'forward' && !own.includes(read))
        computed.push({ file, line: read.line, sentence: 'the key is computed' });
    const text = project.textOf(file);
    if (own.length === 0 || text === null || !task.isWanted(file)) continue;
    const why = whyNot(file, text);
    if (why !== null) {
      skipped.set(file, why);
      continue;
    }
    try {
      works.push(foldedFile({ file, text, reads: own, forward, purity }));
    } catch (error) {
      skipped.set(file, `it is left alone: ${(error as Error).message}`);
    }
  }
  const textOf = (file: string): string =>
    works.find((one) => one.file === file)?.draft.text ?? project.textOf(file) ?? '';
  const cleared = withoutDeclarations(works, { files: task.files, textOf, purity });
  return { files: cleared.map((work) => finished(work, forward.key)), skipped, computed };
}

/** Written anew by `glidepath typegen`. */
const isGenerated = (file: string, text: string): boolean =>
  /\.gen\.[cm]?tsx?$/.test(file) || text.startsWith('// Written by `glidepath typegen`');

/** What was no UTF-8 could not be written as it was. */
function whyNot(file: string, text: string): string | null {
  if (isGenerated(file, text)) return 'it is written by `glidepath typegen`, which has to be run again';
  if (!isScript(file)) return 'only files of TypeScript and JavaScript are changed';
  return text.includes('\ufffd') ? 'it is not in UTF-8' : null;
}

/** Also keys that are put together of parts, where the parts that are known fit. */
function concerns({ keys, kind, parts }: FlagRead, key: string): boolean {
  if (keys !== null) return keys.includes(key);
  return kind !== 'forward' && parts !== null && fitsParts(key, parts);
}

/** Whether the parts stand in the key in this order, the first and the last at its ends. */
function fitsParts(key: string, parts: readonly string[]): boolean {
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return key === first;
  const end = key.length - last.length;
  if (!key.startsWith(first) || !key.endsWith(last) || end < first.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = key.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
