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
 * A `FlagRead` holds Babel's paths (`read.at.path`, `read.fallback.at.path` …), all of the trees that
 * `project.parsed(file)` answers, so a codemod may replace by them, or edit the text by their `start` and `end`.
 * Nothing throws, whatever is in the files.
 */
import type { NodePath } from '@babel/traverse';
import * as t from '@babel/types';
import { isCall } from './calls.ts';
import { type Draft, readsOfCall, readsOfElement, readsOfMember } from './drafts.ts';
import { openEvaluator } from './evaluate.ts';
import type { FlagRead, ReadOptions } from './flag-read.ts';
import { constantsOf, mentionsIn, quotesKnown } from './mentions.ts';
import { holdsScript, isScript } from './parse.ts';
import type { CodeProject } from './project.ts';
import { importsSdk, type Recogniser } from './recognise.ts';
import { MARKS } from './sdk.ts';
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
  const wrappers = new Map<t.Node, Wrapper>();
  const methods = new Map<string, Wrapper>();
  const uses = new Map<string, boolean>();
  const recogniser: Recogniser = {
    evaluator: openEvaluator(project),
    settings: options.wrappers,
    wrappers,
    methods,
    usesSdk(file) {
      const known = uses.get(file);
      if (known !== undefined) return known;
      const parsed = project.parsed(file);
      const answer = parsed !== null && importsSdk({ file, path: parsed.program });
      uses.set(file, answer);
      return answer;
    },
  };

  const learn = (drafts: readonly Draft[]): readonly string[] =>
    drafts.flatMap(({ wrapper }) => {
      if (wrapper === null || wrappers.has(wrapper.of.path.node)) return [];
      wrappers.set(wrapper.of.path.node, wrapper);
      const { path } = wrapper.of;
      if (path.isClassMethod() || path.isObjectMethod()) methods.set(wrapper.name, wrapper);
      return [wrapper.name === 'default' ? stemOf(wrapper.of.file) : wrapper.name];
    });

  return {
    readAll(files) {
      const scripts = files.filter((file) => isScript(file) || holdsScript(file));
      const drafts = new Map<string, readonly Draft[]>();
      const marks = marksOf(options);
      let wanted = (text: string): boolean => marks.test(text) || quotesKnown(text, options.known);
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const found = scripts.flatMap((file) => {
          const text = project.textOf(file);
          return text === null || !wanted(text) ? [] : [[file, draftsOf(recogniser, file)] as const];
        });
        for (const [file, own] of found) drafts.set(file, own);
        const names = found.flatMap(([, own]) => learn(own));
        if (names.length === 0) break;
        wanted = (text) => names.some((name) => text.includes(name));
      }
      return readsBy(recogniser, drafts, options);
    },
  };
}

const stemOf = (file: string): string => file.replace(/^.*\//, '').replace(/\.[^.]*$/, '');

function marksOf({ wrappers }: ReadOptions): RegExp {
  const names = wrappers.flatMap(({ name }) => name.split('.').at(-1) ?? []);
  return new RegExp([MARKS.source, ...names.map((name) => name.replace(/[^\w]/g, '\\$&'))].join('|'));
}

/** Code that is nested too deeply to be walked through is read by nobody. */
function draftsOf(recogniser: Recogniser, file: string): readonly Draft[] {
  try {
    return draftsIn(recogniser, file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    recogniser.evaluator.project.giveUp(file, error.message);
    return [];
  }
}

function draftsIn(recogniser: Recogniser, file: string): readonly Draft[] {
  const parsed = recogniser.evaluator.project.parsed(file);
  if (parsed === null) return [];
  const found: Draft[] = [];
  const hasValues = parsed.text.includes('allFlagsState');
  const visit = (path: NodePath): void => {
    const site: Site = { file, path };
    if (isSite(site, isCall)) found.push(...readsOfCall(recogniser, site));
    else if (isSite(site, t.isJSXElement)) found.push(...readsOfElement(recogniser, site));
    else if (hasValues && isSite(site, t.isMemberExpression)) found.push(...readsOfMember(recogniser, site));
  };
  parsed.program.traverse({
    CallExpression: visit,
    OptionalCallExpression: visit,
    JSXElement: visit,
    MemberExpression: visit,
  });
  return found;
}

function readsBy(
  recogniser: Recogniser,
  drafts: ReadonlyMap<string, readonly Draft[]>,
  { known }: ReadOptions,
): ReadonlyMap<string, readonly FlagRead[]> {
  const kept = [...drafts.values()].flat().filter((draft) => counts(draft, known));
  const constants = constantsOf(kept);
  const named = [...drafts.keys()].flatMap((file) =>
    mentionsIn(recogniser.evaluator, file, known, [...kept, ...constants]),
  );
  const byFile = new Map<string, FlagRead[]>();
  for (const { trust: _, wrapper: __, written: ___, ...read } of [...kept, ...constants, ...named]) {
    const own = byFile.get(read.at.file);
    if (own === undefined) byFile.set(read.at.file, [read]);
    else own.push(read);
  }
  for (const own of byFile.values()) own.sort((a, b) => a.line - b.line || a.column - b.column);
  return byFile;
}

/** Whatever only looks like a call for a flag is one where it names a flag that there is. */
function counts({ trust, keys }: Draft, known: ReadonlySet<string> | null): boolean {
  return trust !== 'by-key' || (keys !== null && known !== null && keys.some((key) => known.has(key)));
}
