import type { Call } from '../call.ts';
import { Failure, usage } from '../failure.ts';
import { tame } from '../paint.ts';
import { type Git, namesOf } from '../scan/git.ts';

export interface Written {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Writes all files; where the check fails, or somebody interrupts it, all are as they were. */
export async function writeBack(call: Call, files: readonly Written[], verify: string | undefined): Promise<void> {
  const { outside } = call;
  const ending = verify === undefined ? null : outside.interruption();
  const moved = files.filter(({ file, before }) => outside.files.read(file) !== before);
  if (moved.length > 0)
    throw new Failure('failed', 'moved', 'Somebody has changed files meanwhile: nothing was written. Try again.');
  const restore = (): void => {
    const errors = files.flatMap(({ file, before }) => errorOf(() => outside.files.write(file, before)));
    if (errors.length > 0) throw new AggregateError(errors, `Not all files could be brought back: ${errors[0]}`);
  };
  try {
    for (const { file, after } of files) outside.files.write(file, after);
  } catch (error) {
    restore();
    throw error;
  }
  if (verify === undefined || ending === null) return;
  const isFine = await outside.runShell(verify, ending).catch(() => false);
  if (isFine && !ending.aborted) return;
  restore();
  const [code, what] = ending.aborted ? ['interrupted', 'was interrupted'] : ['verify-failed', 'failed'];
  throw new Failure('failed', code, `\`${verify}\` ${what}: all files are as they were.`);
}

/** One file that cannot be brought back keeps no other from it. */
function errorOf(work: () => void): readonly unknown[] {
  try {
    work();
    return [];
  } catch (error) {
    return [error];
  }
}

/** What is not committed yet could not be told apart from what is written, and what git does not know would be lost. */
export function refuseDirty(call: Call, git: Git | null, names: readonly string[]): void {
  if (git === null || names.length === 0 || call.has('allow-dirty')) return;
  const status = git.run('status', '--porcelain', '-z', '--untracked-files=all', '--', ...names);
  if (status === null)
    throw new Failure('failed', 'git', 'git could not say whether the files have changes.', 'Or pass --allow-dirty.');
  const told = namesOf(status);
  const changed = names.filter((name) => told.some((one) => one.slice(3) === name && !one.startsWith('??')));
  const unknown = names.filter((name) => told.includes(`?? ${name}`));
  const said = [
    ...(changed.length > 0 ? [`have changes that are not committed: ${listOf(changed)}`] : []),
    ...(unknown.length > 0 ? [`are not in git, which could not bring them back: ${listOf(unknown)}`] : []),
  ];
  if (said.length > 0)
    throw usage(`Files that would change ${said.join('; others ')}.`, 'Commit them, or pass --allow-dirty.');
}

const MOST_NAMED = 5;

const listOf = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.map(tame).join(', ')
    : `${names.slice(0, MOST_NAMED).map(tame).join(', ')} and ${names.length - MOST_NAMED} more`;
