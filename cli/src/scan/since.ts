import { usage } from '../failure.ts';
import type { Findings, Place, Source } from './find.ts';
import { type Git, namesOf } from './git.ts';

/** What a scan has to read to know how the code was. */
export interface Before {
  readonly names: readonly string[];
  readonly source: Source;
}

/** The same folder as it was at a commit: only what has changed since is asked of git. */
export function sourceBefore(
  git: Git,
  reference: string,
  now: Source,
  { names, keeps }: { readonly names: readonly string[]; readonly keeps: (name: string) => boolean },
): Before {
  if (reference.startsWith('-')) throw usage(`\`${reference}\` names no commit.`);
  const commit = git.run('rev-parse', '--verify', '--quiet', `${reference}^{commit}`)?.trim();
  if (commit === undefined) {
    const mend = 'Pipelines often fetch only the last commit: fetch the history too.';
    throw usage(`There is no commit \`${reference}\` here.`, mend);
  }
  const all = namesOf(git.run('diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', commit) ?? '');
  const untracked = namesOf(git.run('ls-files', '-z', '--others', '--exclude-standard') ?? '');
  const changed = all.filter(keeps);
  const texts = new Map<string, string | null>();
  for (const name of [...changed, ...untracked.filter(keeps)]) texts.set(name, textAt(git, commit, name));
  const nameOf = (file: string) => file.slice(now.root.length + 1);
  const read = (file: string) => {
    const text = texts.get(nameOf(file));
    return text === undefined ? now.read(file) : text;
  };
  return {
    names: [...new Set([...names, ...changed])].filter((name) => texts.get(name) !== null).sort(),
    source: {
      root: now.root,
      read,
      exists: (file) => (texts.has(nameOf(file)) ? texts.get(nameOf(file)) !== null : now.exists(file)),
      bytes: (file) => (texts.has(nameOf(file)) ? (texts.get(nameOf(file))?.length ?? null) : now.bytes(file)),
    },
  };
}

function textAt(git: Git, commit: string, name: string): string | null {
  return git.run('cat-file', '-p', `${commit}:${name}`);
}

/** What came and what went, however far its lines have moved. */
export function changesOf(
  before: Findings,
  after: Findings,
): { readonly added: readonly Place[]; readonly removed: readonly Place[] } {
  return { added: without(after.places, before.places), removed: without(before.places, after.places) };
}

function without(places: readonly Place[], others: readonly Place[]): readonly Place[] {
  const left = new Map<string, number>();
  for (const place of others) left.set(nameOf(place), (left.get(nameOf(place)) ?? 0) + 1);
  return places.filter((place) => {
    const count = left.get(nameOf(place)) ?? 0;
    left.set(nameOf(place), count - 1);
    return count <= 0;
  });
}

const nameOf = ({ path, key, call, hash }: Place): string => JSON.stringify([path, key, call, hash]);
