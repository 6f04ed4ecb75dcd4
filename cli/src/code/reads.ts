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
import { constantsOf, mentionsIn } from './mentions.ts';
import { holdsScript, isScript } from './parse.ts';
import type { CodeProject } from './project.ts';
import { importsSdk, type Recogniser } from './recognise.ts';
import { MARKS } from './sdk.ts';
import { isSite, type Site } from './values.ts';
import { pathsOf, walk } from './walk.ts';
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
      const answer = parsed !== null && importsSdk(parsed.ast.program);
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
      let wanted = marksOf(options);
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const found = scripts.filter((file) => wanted.test(project.textOf(file) ?? ''));
        for (const file of found) drafts.set(file, whileShallow(project, file, () => draftsIn(recogniser, file)) ?? []);
        const names = found.flatMap((file) => learn(drafts.get(file) ?? []));
        if (names.length === 0) break;
        wanted = new RegExp(names.map(literally).join('|'));
      }
      return readsBy(recogniser, drafts, scripts, options);
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
    project.giveUp(file, error.message);
    return null;
  }
}

function draftsIn(recogniser: Recogniser, file: string): readonly Draft[] {
  return placesIn(recogniser.evaluator.project, file).flatMap((path) => {
    const site: Site = { file, path };
    if (isSite(site, isCall)) return readsOfCall(recogniser, site);
    if (isSite(site, t.isJSXElement)) return readsOfElement(recogniser, site);
    return isSite(site, t.isMemberExpression) ? readsOfMember(recogniser, site) : [];
  });
}

/** Where it may ask for a flag. Scopes are made only where there is such a place: that takes longer than all the rest. */
function placesIn(project: CodeProject, file: string): readonly NodePath[] {
  const parsed = project.parsed(file);
  if (parsed === null) return [];
  const hasValues = parsed.text.includes('allFlagsState');
  const found: (readonly t.Node[])[] = [];
  walk(parsed.ast.program, (node, above) => {
    if (mayAsk(node) || (hasValues && node.type === 'MemberExpression')) found.push([...above, node]);
  });
  const program = found.length === 0 ? null : project.scoped(file);
  return program === null ? [] : pathsOf(program, found);
}

/** Whoever asks says for what. */
const mayAsk = (node: t.Node): boolean =>
  node.type === 'JSXElement' || (isCall(node) && !node.arguments.every((given) => NO_KEY.test(given.type)));

const NO_KEY = /^(Numeric|Boolean|Null|BigInt|RegExp)Literal$/;

function readsBy(
  recogniser: Recogniser,
  drafts: ReadonlyMap<string, readonly Draft[]>,
  files: readonly string[],
  { known }: ReadOptions,
): ReadonlyMap<string, readonly FlagRead[]> {
  const kept = [...drafts.values()].flat().filter((draft) => counts(draft, known));
  const constants = constantsOf(kept);
  const reads = byFileOf([...kept, ...constants]);
  const { evaluator } = recogniser;
  const named = files.flatMap(
    (file) =>
      whileShallow(evaluator.project, file, () => mentionsIn(evaluator, file, known, reads.get(file) ?? [])) ?? [],
  );
  const byFile = byFileOf(
    [...kept, ...constants, ...named].map(({ trust: _, wrapper: __, written: ___, ...read }): FlagRead => read),
  );
  for (const own of byFile.values()) own.sort((a, b) => a.line - b.line || a.column - b.column);
  return byFile;
}

function byFileOf<T extends FlagRead>(reads: readonly T[]): ReadonlyMap<string, T[]> {
  const found = new Map<string, T[]>();
  for (const read of reads) {
    const own = found.get(read.at.file);
    if (own === undefined) found.set(read.at.file, [read]);
    else own.push(read);
  }
  return found;
}

/** Whatever only looks like a call for a flag is one where it names a flag that there is. */
function counts({ trust, keys }: Draft, known: ReadonlySet<string> | null): boolean {
  return trust !== 'by-key' || (keys !== null && known !== null && keys.some((key) => known.has(key)));
}
