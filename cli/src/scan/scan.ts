import path from 'node:path';
import type { Call } from '../call.ts';
import { usage } from '../failure.ts';
import { type Chosen, filesOf } from './files.ts';
import { type Findings, findIn, type Place, type Source } from './find.ts';
import { type Git, openGit } from './git.ts';
import { type Judged, judge } from './judge.ts';
import { knownFlags } from './known-flags.ts';
import { changesOf, sourceBefore } from './since.ts';

/** One look at the code of a folder. */
export interface Scanned {
  readonly git: Git | null;
  /** Only what is in it was looked at; '' = all of the repository. */
  readonly folder: string;
  readonly source: Source;
  readonly findings: Findings;
  readonly judged: Judged;
  /** Only with `--since`. */
  readonly changes: { readonly added: readonly Place[]; readonly removed: readonly Place[] } | null;
}

export async function scanned(call: Call): Promise<Scanned> {
  const { outside, config } = call;
  const { scan = {} } = config.content;
  const git = openGit(outside, outside.folder);
  const root = git?.root ?? slashed(outside.folder);
  const flags = await knownFlags(call, (file) => outside.files.read(path.resolve(outside.folder, file)));
  const source: Source = { root, ...pick(call) };
  const choice = chosenBy(call, git);
  const { folder } = choice;
  const chosen = filesOf(outside.files, root, git, choice);
  const wanted = {
    wrappers: scan.wrappers ?? [],
    known: flags === null ? null : new Set(flags.map(({ key }) => key)),
  };
  const findings = findIn(source, { ...wanted, names: chosen.names });
  const since = call.text('since');
  if (since === undefined)
    return { git, folder, source, findings, judged: judge(findings, flags, scan.budget ?? {}), changes: null };
  if (git === null) throw usage('--since needs a repository of git.');
  const before = sourceBefore(git, { reference: since, mark: outside.newId() }, source, chosen);
  const changes = changesOf(findIn(before.source, { ...wanted, names: before.names }), findings);
  const judged = judge(findings, flags, scan.budget ?? {});
  return { git, folder, source, findings, judged: { ...judged, ...onlyOf(judged, changes.added) }, changes };
}

const pick = ({ outside: { files } }: Call): Omit<Source, 'root'> => ({
  read: (file) => files.read(file),
  exists: (file) => files.exists(file),
  bytes: (file) => files.bytes(file),
});

const slashed = (folder: string): string => folder.replaceAll('\\', '/');

/** Of what a pull request adds: what was wrong before is not its fault. */
function onlyOf({ problems }: Judged, added: readonly Place[]): Pick<Judged, 'problems'> {
  const keys = new Set(added.map(({ key }) => key));
  return { problems: problems.filter(({ key }) => key !== null && keys.has(key)) };
}

function chosenBy(call: Call, git: Git | null): Chosen {
  const { outside, config } = call;
  const { include = [], exclude = [] } = config.content.scan ?? {};
  const prefix = git?.prefix ?? '';
  const up = path.posix.join(prefix, slashed(path.relative(outside.folder, config.folder)));
  // A configuration above the repository is for all of it.
  const folder = config.file === null || up.startsWith('..') ? '' : plainOf(up);
  return { folder, include, exclude, paths: pathsOf(call).map((given) => insideOf(outside.folder, prefix, given)) };
}

const plainOf = (name: string): string => (name === '.' ? '' : name.replace(/\/$/, ''));

/** As they were given. */
function pathsOf(call: Call): readonly string[] {
  const found: string[] = [];
  for (let index = 0; ; index += 1) {
    const given = call.optionalArgument(index);
    if (given === undefined) return found;
    found.push(given);
  }
}

/** From the root of what is scanned. */
function insideOf(folder: string, prefix: string, given: string): string {
  const name = path.posix.join(prefix, slashed(path.relative(folder, path.resolve(folder, given))));
  if (name === '..' || name.startsWith('../')) throw usage(`${given} is outside of the repository.`);
  return plainOf(name);
}
