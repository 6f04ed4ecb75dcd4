import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { Failure } from '../failure.ts';
import type { Files } from '../outside.ts';
import { type Git, namesOf } from './git.ts';

/** More than anybody writes by hand. */
export const MOST_BYTES = 1024 * 1024;

/** What is never looked at: what others wrote, and what is made of other files. */
const NEVER = ignore().add([
  'node_modules/',
  '.git/',
  '.hg/',
  '.svn/',
  'bower_components/',
  '*.min.js',
  '*.min.css',
  '*.map',
  '*.lock',
  'package-lock.json',
  'pnpm-lock.yaml',
  'npm-shrinkwrap.json',
  'go.sum',
  '*.snap',
]);

const OWN_IGNORE = '.glidepathignore';

export interface Chosen {
  /** Only what is in it, to which the patterns are relative; '' = all. */
  readonly folder: string;
  /** Only these files and folders; empty: all. */
  readonly paths: readonly string[];
  /** As they are in a `.gitignore`; empty: everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Files of a folder that are not ignored, relative to it and in order; and whether another name would be among them. */
export function filesOf(
  files: Pick<Files, 'read' | 'list'>,
  root: string,
  git: Git | null,
  chosen: Chosen,
): { readonly names: readonly string[]; readonly keeps: (name: string) => boolean } {
  const names = git === null ? walked(files, root) : ofGit(git);
  const isIgnored = ignoredBy(files, root, names);
  const isChosen = chosenBy(chosen);
  const keeps = (name: string) => isChosen(name) && !NEVER.ignores(name) && !isIgnored(name);
  return { names: [...new Set(names)].filter(keeps).sort(), keeps };
}

function chosenBy({ folder, include, exclude, paths }: Chosen): (name: string) => boolean {
  const included = include.length === 0 ? null : ignore().add([...include]);
  const excluded = ignore().add([...exclude]);
  return (name) => {
    if (paths.length > 0 && !paths.some((path) => path === '' || name === path || name.startsWith(`${path}/`)))
      return false;
    if (folder !== '' && !name.startsWith(`${folder}/`)) return false;
    const inside = folder === '' ? name : name.slice(folder.length + 1);
    return !excluded.ignores(inside) && (included === null || included.ignores(inside));
  };
}

/** What is in the index, and what is new and not ignored. */
function ofGit(git: Git): readonly string[] {
  const listed = git.run('ls-files', '-z', '--cached', '--others', '--exclude-standard');
  if (listed === null) throw new Failure('failed', 'git', `git could not list the files of ${git.root}.`);
  return namesOf(listed);
}

/** By the names of `.glidepathignore` in this folder and in those below, each for its own. */
function ignoredBy(files: Pick<Files, 'read'>, root: string, names: readonly string[]): (name: string) => boolean {
  const rules = [OWN_IGNORE, ...names.filter((name) => name.endsWith(`/${OWN_IGNORE}`))].flatMap((name) => {
    const text = files.read(`${root}/${name}`);
    return text === null ? [] : [[path.posix.dirname(name), ignore().add(text)] as const];
  });
  return (name) => rules.some(([folder, rule]) => isIgnoredBy(rule, folder, name));
}

function isIgnoredBy(rule: Ignore, folder: string, name: string): boolean {
  const inside = folder === '.' ? name : path.posix.relative(folder, name);
  return !inside.startsWith('../') && rule.ignores(inside);
}

/** A `.gitignore`, and the folder in which it holds: '' or `src/`. */
type Rule = readonly [folder: string, rule: Ignore];

/** Where there is no git: by the `.gitignore` of each folder. */
function walked(files: Pick<Files, 'read' | 'list'>, root: string): readonly string[] {
  const inFolder = (folder: string, above: readonly Rule[]): readonly string[] => {
    const text = files.read(`${root}/${folder}.gitignore`);
    const rules = text === null ? above : [...above, [folder, ignore().add(text)] as const];
    return files.list(`${root}/${folder}`.replace(/\/$/, '')).flatMap(({ name, kind }) => {
      const shown = kind === 'folder' ? `${folder}${name}/` : `${folder}${name}`;
      if (kind === 'other' || isLeftOut(shown, rules)) return [];
      return kind === 'folder' ? inFolder(shown, rules) : [shown];
    });
  };
  return inFolder('', []);
}

/** The nearest rule that says anything about it decides. */
function isLeftOut(name: string, rules: readonly Rule[]): boolean {
  if (NEVER.ignores(name)) return true;
  for (const [folder, rule] of rules.toReversed()) {
    const { ignored, unignored } = rule.test(name.slice(folder.length));
    if (ignored || unignored) return ignored;
  }
  return false;
}
