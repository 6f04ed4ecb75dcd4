import type { Spot } from '../code/flag-read.ts';
import { holdsScript, partsOf } from '../code/parse.ts';
import { type CodeProject, openProject } from '../code/project.ts';
import { readOnce } from '../code/read-once.ts';
import { type FlagRead, openReader, type WrapperSetting } from '../code/reads.ts';
import { relocated } from '../code/spots.ts';
import type { Files } from '../outside.ts';
import { hitsIn } from '../scan/texts.ts';
import { componentOf } from './component.ts';
import { withoutDeclarations } from './declarations.ts';
import type { Event } from './events.ts';
import { type ExportedValue, exportedBy, importedBy, isPassedOn } from './exported.ts';
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
  /** Places that ask for a key that is not known, which may be this one; and markup that asks for it. */
  readonly computed: readonly Place[];
}

/** Takes a flag out of all files of a project. */
export function prunedProject(task: ProjectTask): PrunedProject {
  const { folder, source, forward } = task;
  const read = readOnce(source.read);
  const project = openProject({ ...source, read }, folder);
  const reader = openReader(project, { wrappers: task.wrappers, known: new Set([forward.key]) });
  const all = reader.readAll(task.files);
  const purity = purityBy(new Set([...task.pure, 'defineFlag']));
  const skipped = new Map(project.unread);
  const concerned = concernedIn(all, task);
  const values = followed(project, [...concerned.values()].flat(), task);
  const works: Work[] = [];
  for (const file of task.files.filter(task.isWanted)) {
    const reads = concerned.get(file) ?? [];
    const imported = [...importedBy(project, file, values).keys()];
    const text = reads.length + imported.length === 0 || project.textOf(file) === null ? null : read(file);
    if (text === null) continue;
    const exported = values.filter((one) => one.file === file);
    const work = tried({ file, text, reads, imported, exported, forward, purity });
    if (typeof work === 'string') skipped.set(file, work);
    else works.push(work);
  }
  const textOf = (file: string): string => {
    const work = works.find((one) => one.file === file);
    return work === undefined ? (read(file) ?? '') : work.draft.text + (work.component?.markup ?? '');
  };
  const isOpen = (file: string) => isPassedOn(project, task.files, file);
  const cleared = withoutDeclarations(works, { files: task.files, textOf, isOpen, purity });
  const markup = task.files.filter(task.isWanted).flatMap((file) => inMarkup(file, read(file), forward.key));
  const computed = [...computedIn(all, forward.key), ...markup];
  return { files: cleared.map((work) => finished(work, forward.key)), skipped, computed };
}

type Reads = ReadonlyMap<string, readonly FlagRead[]>;

/** The reads of the flag in each file that may change. */
function concernedIn(all: Reads, { forward, isWanted }: ProjectTask): Reads {
  const found = new Map<string, readonly FlagRead[]>();
  for (const [file, reads] of all) {
    const own = isWanted(file) ? reads.filter((one) => concerns(one, forward.key)) : [];
    if (own.length > 0) found.set(file, own);
  }
  return found;
}

const computedIn = (all: Reads, key: string): readonly Place[] =>
  [...all].flatMap(([file, reads]) =>
    reads
      .filter((one) => one.keys === null && one.kind !== 'forward' && !concerns(one, key))
      .map(({ line }) => ({ file, line, sentence: 'the key is computed' })),
  );

type WorkTask = Omit<Parameters<typeof foldedFile>[0], 'component'>;

/** Or why the file is left alone. */
function tried(task: WorkTask): Work | string {
  try {
    return whyNot(task.file, task.text) ?? workOn(task);
  } catch (error) {
    return `it is left alone: ${(error as Error).message}`;
  }
}

/** Constants of which it is sure that they are read by files that change too; none is for a value that has parts. */
function followed(project: CodeProject, reads: readonly FlagRead[], task: ProjectTask): readonly ExportedValue[] {
  const { forward, files, isWanted } = task;
  if (typeof forward.value === 'object' && forward.value !== null) return [];
  return exportedBy(project, reads).filter((one) => {
    const importers = files.filter((file) => importedBy(project, file, [one]).size > 0);
    return !holdsScript(one.file) && importers.length > 0 && importers.every(isWanted);
  });
}

type Place = Event & { readonly file: string };

/** Of a component only the script is worked on. */
function workOn({ text, reads, ...task }: WorkTask): Work {
  const component = holdsScript(task.file) ? componentOf(task.file, text) : null;
  if (component === null) return foldedFile({ ...task, text, reads, component });
  const { script, shift } = component;
  const moved = (spot: Spot): Spot =>
    spot.file === task.file ? { ...spot, start: spot.start + shift, end: spot.end + shift } : spot;
  return foldedFile({ ...task, text: script, reads: reads.map((one) => relocated(one, moved)), component });
}

/** Templates are in languages of their own, and nothing of them is changed. */
function inMarkup(file: string, text: string | null, key: string): readonly Place[] {
  if (!holdsScript(file) || text === null) return [];
  return hitsIn(partsOf(file, text).markup, new Set([key])).map(({ line }) => ({
    file,
    line,
    sentence: 'the markup asks for it',
  }));
}

/** Written anew by `glidepath typegen`. */
const isGenerated = (file: string, text: string): boolean =>
  /\.gen\.[cm]?tsx?$/.test(file) || text.startsWith('// Written by `glidepath typegen`');

/** What was no UTF-8 could not be written as it was. */
function whyNot(file: string, text: string): string | null {
  if (isGenerated(file, text)) return 'it is written by `glidepath typegen`, which has to be run again';
  if (holdsScript(file) && componentOf(file, text) === null) return 'it does not have one script, but several';
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
