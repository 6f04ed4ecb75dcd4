import path from 'node:path';
import type { Call } from '../call.ts';
import type { Outcome } from '../command.ts';
import { usage } from '../failure.ts';
import { tame } from '../paint.ts';
import { filesOf, MOST_BYTES } from '../scan/files.ts';
import { type Git, openGit } from '../scan/git.ts';
import { formatterFor } from './formatter.ts';
import { forwardOf } from './forward.ts';
import type { PrunedFile } from './prune-file.ts';
import { type PrunedProject, prunedProject } from './prune-project.ts';
import type { Forward } from './replacement.ts';
import { diffFor, documentFor, type Summed, summaryFor } from './tell.ts';
import { refuseDirty, writeBack } from './write-back.ts';

/** Removes a flag from the code of the folder, as the options say. */
export async function pruned(call: Call): Promise<Outcome> {
  const key = call.argument(0);
  refuseNonsense(call);
  const forward = await forwardOf(call, key);
  const git = openGit(call.outside, call.outside.folder);
  const root = git?.root ?? slashed(call.outside.folder);
  const project = projectOf(call, root, git, forward);
  const wanted = call.has('write') || call.text('patch') !== undefined;
  const files = wanted && !call.has('no-format') ? formatted(call, project.files, root) : project.files;
  const summed: Summed = { ...project, files, forward, root, folder: slashed(call.outside.folder) };
  const changed = files.filter(({ before, after }) => before !== after);
  const patch = call.text('patch');
  if (patch !== undefined) call.outside.files.write(path.resolve(call.outside.folder, patch), diffFor(summed));
  if (call.has('write')) {
    refuseDirty(
      call,
      git,
      changed.map(({ file }) => path.posix.relative(root, file)),
    );
    await writeBack(call, changed, call.text('verify'));
  }
  return outcomeOf(call, summed, { isWritten: call.has('write'), patch: patch ?? null });
}

function outcomeOf(call: Call, summed: Summed, done: Parameters<typeof summaryFor>[1]): Outcome {
  const summary = summaryFor(summed, done);
  const document = documentFor(summed, done);
  if (done.isWritten || done.patch !== null) return { document, text: summary };
  if (call.outside.stdout.isTerminal)
    return { document, text: `${tame(diffFor(summed).replaceAll('\r\n', '\n'))}${summary}` };
  // What is piped is the patch.
  if (call.json === null) call.note(summary.trimEnd());
  return { document, text: diffFor(summed) };
}

function refuseNonsense(call: Call): void {
  if (call.text('verify') !== undefined && !call.has('write'))
    throw usage('--verify tries what was written, and nothing is written.', 'Pass --write too.');
  if (call.has('write') && call.text('patch') !== undefined)
    throw usage('--patch writes a patch in the place of the files.', 'Pass one of --write and --patch.');
}

const slashed = (folder: string): string => folder.replaceAll('\\', '/');

function projectOf(call: Call, root: string, git: Git | null, forward: Forward): PrunedProject {
  const { outside, config } = call;
  const { include = [], exclude = [], wrappers = [] } = config.content.scan ?? {};
  const up = path.posix.relative(root, slashed(config.folder));
  const folder = config.file === null || up.startsWith('..') ? '' : up;
  const { names } = filesOf(outside.files, root, git, { folder, include, exclude, paths: [] });
  // A link is left alone: what it leads to may be outside, and a file would be written in its place.
  const isPlain = (file: string) => (outside.files.bytes(file) ?? Number.POSITIVE_INFINITY) <= MOST_BYTES;
  const isLarge = (file: string) => (outside.files.bytes(file) ?? 0) > MOST_BYTES;
  const all = names.map((name) => `${root}/${name}`);
  const paths = pathsOf(call).map((given) => slashed(path.resolve(outside.folder, given)));
  const project = prunedProject({
    files: all.filter(isPlain),
    isWanted: (file) => paths.length === 0 || paths.some((one) => file === one || file.startsWith(`${one}/`)),
    folder: root,
    source: { read: outside.files.read, exists: isPlain },
    forward,
    wrappers,
    pure: call.texts('pure'),
  });
  const large = all.filter((file) => isLarge(file) && outside.files.read(file)?.includes(forward.key));
  return {
    ...project,
    skipped: new Map([...project.skipped, ...large.map((file) => [file, 'it is larger than 1 MiB'] as const)]),
  };
}

function pathsOf(call: Call): readonly string[] {
  const found: string[] = [];
  for (
    let index = 1, given = call.optionalArgument(1);
    given !== undefined;
    index += 1, given = call.optionalArgument(index)
  )
    found.push(given);
  return found;
}

function formatted(call: Call, files: readonly PrunedFile[], root: string): readonly PrunedFile[] {
  const format = formatterFor(call.outside, root);
  return files.map((one) =>
    one.before === one.after ? one : { ...one, after: format(one.file, one.before, one.after) },
  );
}
