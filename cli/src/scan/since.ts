import { Failure, usage } from '../failure.ts';
import type { Findings, Place, Source } from './find.ts';
import { type Git, namesOf } from './git.ts';

/** What a scan has to read to know how the code was. */
export interface Before {
  readonly names: readonly string[];
  readonly source: Source;
}

/** The same folder as it was at a commit: only what has changed since is asked of git. `mark`: nobody has written it before. */
export function sourceBefore(
  git: Git,
  { reference, mark }: { readonly reference: string; readonly mark: string },
  now: Source,
  { names, keeps }: { readonly names: readonly string[]; readonly keeps: (name: string) => boolean },
): Before {
  if (reference.startsWith('-')) throw usage(`\`${reference}\` names no commit.`);
  const commit = git.run('rev-parse', '--verify', '--quiet', `${reference}^{commit}`)?.trim();
  if (commit === undefined) {
    const mend = 'Pipelines often fetch only the last commit: fetch the history too.';
    throw usage(`There is no commit \`${reference}\` here.`, mend);
  }
  const changes = changesSince(git, commit).filter(({ name }) => keeps(name));
  const untracked = namesOf(git.run('ls-files', '-z', '--others', '--exclude-standard') ?? '').filter(keeps);
  const texts = new Map<string, string | null>(untracked.map((name) => [name, null]));
  for (const [name, text] of textsOf(git, changes, mark)) texts.set(name, text);
  const nameOf = (file: string) => file.slice(now.root.length + 1);
  const read = (file: string) => {
    const text = texts.get(nameOf(file));
    return text === undefined ? now.read(file) : text;
  };
  return {
    names: [...new Set([...names, ...changes.map(({ name }) => name)])]
      .filter((name) => texts.get(name) !== null)
      .sort(),
    source: {
      root: now.root,
      read,
      exists: (file) => (texts.has(nameOf(file)) ? texts.get(nameOf(file)) !== null : now.exists(file)),
      bytes: (file) => (texts.has(nameOf(file)) ? (texts.get(nameOf(file))?.length ?? null) : now.bytes(file)),
    },
  };
}

/** A file that is not what it was, and what it was, as git names that; null: no ordinary file. */
interface Change {
  readonly name: string;
  readonly object: string | null;
}

/** `:100644 100644 1a2b… 3c4d… M`, NUL, its name, NUL */
function changesSince(git: Git, commit: string): readonly Change[] {
  const told = git.run('diff', '--raw', '--abbrev=64', '--no-renames', '--no-ext-diff', '-z', commit);
  if (told === null) throw new Failure('failed', 'git', `git could not compare with ${commit}.`);
  const words = namesOf(told);
  return words.flatMap((word, index) => {
    const name = words[index + 1];
    if (index % 2 === 1 || name === undefined) return [];
    const [mode = '', , object = ''] = word.slice(1).split(' ');
    return [{ name, object: mode.startsWith('100') ? object : null }];
  });
}

/** Of all of them at once: a program for each would take far longer than to read what it answers. */
function textsOf(git: Git, changes: readonly Change[], mark: string): readonly (readonly [string, string | null])[] {
  const asked = changes.filter(({ object }) => object !== null);
  const input = asked.map(({ object }, index) => `${object} ${index}\n`).join('');
  // What is no UTF-8 has another length once it is a text, so the length that git tells would not find the next one.
  const told = input === '' ? '' : git.given(input, 'cat-file', `--batch=${mark} %(rest)`);
  if (told === null) throw new Failure('failed', 'git', 'git could not show the files as they were.');
  const [, ...parts] = `\n${told}`.split(`\n${mark} `);
  const texts = new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [asked[Number(part.slice(0, end))]?.name, part.slice(end + 1)] as const;
    }),
  );
  // Behind the last one git ends the line too.
  const last = asked.at(-1)?.name;
  return changes.map(({ name }) => {
    const text = texts.get(name) ?? null;
    return [name, name === last && text !== null ? text.slice(0, -1) : text];
  });
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
