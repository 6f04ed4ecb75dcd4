/**
 * Finds where code asks for flags.
 *
 * How to use it (this chunk is loaded when it is needed only: `await import('../code/reads.ts')`):
 *
 *   const project = openProject(outside.files, folder);            // folder and files: whole paths with `/`
 *   const reader = openReader(project, { wrappers: config.scan?.wrappers ?? [], known: new Set(keysOfTheServer) });
 *   const reads = reader.readAll(files);                           // all files of the scan at once: wrappers and constants
 *   reads.get(file)                                                // are found across files; in the order of the text
 *   project.unread                                                 // files that could not be read, and why
 *
 * A `FlagRead` says where something is by the `start` and `end` of a node: no tree outlives the look at its file, or at
 * a few hundred of them, so that a repository of any size has room.
 * Nothing throws, whatever is in the files.
 */
import { isCall } from './calls.ts';
import { type Draft, readsOfCall, readsOfElement, readsOfMember } from './drafts.ts';
import { openEvaluator } from './evaluate.ts';
import type { FlagRead, ReadOptions } from './flag-read.ts';
import { constantsOf, type Kept, keptOf, mentionsOf, type Named, namedIn } from './mentions.ts';
import { holdsScript, isScript, whyUnreadable } from './parse.ts';
import type { CodeProject } from './project.ts';
import { importsSdk, type Recogniser } from './recognise.ts';
import { MARKS } from './sdk.ts';
import { idOf } from './spots.ts';
import { isSite, type Site } from './values.ts';
import type { Wrapper } from './wrappers.ts';

export type { FlagRead, ReadOptions, WrapperSetting } from './flag-read.ts';

export interface Reader {
  /** By file; files without any are left out. */
  readAll(files: readonly string[]): ReadonlyMap<string, readonly FlagRead[]>;
}

/** A wrapper of a wrapper of … */
const MOST_ROUNDS = 5;

export function openReader(project: CodeProject, options: ReadOptions): Reader {
  const wrappers = new Map<string, Wrapper>();
  const methods = new Map<string, Wrapper>();
  const uses = new Map<string, boolean>();
  const named = new Map<string, readonly Named[]>();
  const usesSdk = (file: string): boolean => {
    const known = uses.get(file);
    if (known !== undefined) return known;
    const code = project.code(file);
    const answer = code !== null && importsSdk(code.program.node);
    uses.set(file, answer);
    return answer;
  };
  let evaluator = openEvaluator(project);
  const forgetIfFull = (): void => {
    if (!project.isFull) return;
    project.forget();
    evaluator = openEvaluator(project);
  };

  /** Of which functions, and methods of which names, a file would be read anew if they passed keys on. */
  const hangsOn = new Map<string, Set<string>>();
  const draft = (file: string): readonly Draft[] => {
    const called = new Set<string>();
    hangsOn.set(file, called);
    const recogniser: Recogniser = {
      evaluator,
      settings: options.wrappers,
      usesSdk,
      wrapperOf(id) {
        called.add(id);
        return wrappers.get(id);
      },
      methodNamed(name) {
        called.add(name);
        return methods.get(name);
      },
    };
    return whileShallow(project, file, () => draftsIn(recogniser, file)) ?? [];
  };
  const noteNamed = (file: string): void => {
    if (!named.has(file))
      named.set(file, whileShallow(project, file, () => namedIn(evaluator, file, options.known)) ?? []);
  };
  const learn = (wrapper: Wrapper | null): readonly Wrapper[] => {
    if (wrapper === null || wrappers.has(idOf(wrapper.of))) return [];
    wrappers.set(idOf(wrapper.of), wrapper);
    if (wrapper.isMethod) methods.set(wrapper.name, wrapper);
    return [wrapper];
  };
  const mayCall = (file: string, learned: readonly Wrapper[]): boolean => {
    const called = hangsOn.get(file);
    return called === undefined || learned.some(({ name, of }) => called.has(name) || called.has(idOf(of)));
  };

  return {
    readAll(files) {
      const scripts = files.filter((file) => isScript(file) || holdsScript(file));
      const kept = new Map<string, readonly Kept[]>();
      let wanted = marksOf(options);
      let learned: readonly Wrapper[] = [];
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const found = scripts.filter((file) => wanted.test(project.textOf(file) ?? '') && mayCall(file, learned));
        const passing: (Wrapper | null)[] = [];
        for (const file of found) {
          const drafts = draft(file);
          kept.set(file, drafts.map(keptOf));
          passing.push(...drafts.map(({ wrapper }) => wrapper));
          noteNamed(file);
          forgetIfFull();
        }
        learned = passing.flatMap(learn);
        if (learned.length === 0) break;
        wanted = new RegExp(
          learned.map(({ name, of }) => literally(name === 'default' ? stemOf(of.file) : name)).join('|'),
        );
      }
      for (const file of scripts) {
        noteNamed(file);
        forgetIfFull();
      }
      return readsBy([...kept.values()].flat(), named, options.known);
    },
  };
}

const stemOf = (file: string): string => file.replace(/^.*\//, '').replace(/\.[^.]*$/, '');

const literally = (text: string): string => text.replace(/[^\w]/g, '\\$&');

function marksOf({ wrappers }: ReadOptions): RegExp {
  const names = wrappers.flatMap(({ name }) => name.split('.').at(-1) ?? []);
  return new RegExp([MARKS.source, ...names.map(literally)].join('|'));
}

/** Code that is nested too deeply to be walked through is read by nobody. */
function whileShallow<T>(project: CodeProject, file: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    project.giveUp(file, whyUnreadable(error));
    return null;
  }
}

function draftsIn(recogniser: Recogniser, file: string): readonly Draft[] {
  return (recogniser.evaluator.project.code(file)?.scopes.wanted ?? []).flatMap((path) => {
    const site: Site = { file, path };
    if (isSite(site, isCall)) return readsOfCall(recogniser, site);
    if (isSite(site, 'JSXElement')) return readsOfElement(recogniser, site);
    return isSite(site, 'MemberExpression') ? readsOfMember(recogniser, site) : [];
  });
}

function readsBy(
  all: readonly Kept[],
  named: ReadonlyMap<string, readonly Named[]>,
  known: ReadonlySet<string> | null,
): ReadonlyMap<string, readonly FlagRead[]> {
  const kept = all.filter((one) => counts(one, known));
  const reads = [...kept.map(({ read }) => read), ...constantsOf(kept)];
  const own = byFileOf(reads);
  const mentions = [...named].flatMap(([file, found]) => mentionsOf(found, own.get(file) ?? []));
  const byFile = byFileOf([...reads, ...mentions]);
  for (const found of byFile.values()) found.sort((a, b) => a.line - b.line || a.column - b.column);
  return byFile;
}

function byFileOf(reads: readonly FlagRead[]): ReadonlyMap<string, FlagRead[]> {
  const found = new Map<string, FlagRead[]>();
  for (const read of reads) {
    const own = found.get(read.at.file);
    if (own === undefined) found.set(read.at.file, [read]);
    else own.push(read);
  }
  return found;
}

/** Whatever only looks like a call for a flag is one where it names a flag that there is. */
function counts({ trust, read: { keys } }: Kept, known: ReadonlySet<string> | null): boolean {
  return trust !== 'by-key' || (keys !== null && known !== null && keys.some((key) => known.has(key)));
}
