import path from 'node:path';
import type { Call } from '../call.ts';
import { shownFrom } from '../definitions/folder.ts';
import { definitionText, fileFor } from '../definitions/pulling.ts';
import { usage } from '../failure.ts';
import type { Imported } from './imported.ts';

interface File {
  readonly file: string;
  readonly shown: string;
  readonly text: string;
}

/** The files that are missing or say something else; what somebody wrote is not replaced unasked. */
export function filesFor(call: Call, { flags, segments }: Imported): readonly File[] {
  const given = call.text('out');
  const folder =
    given === undefined ? path.join(call.config.folder, 'flags') : path.resolve(call.outside.folder, given);
  const all = [
    ...flags.map((definition) => ['flag', definition] as const),
    ...segments.map((definition) => ['segment', definition] as const),
  ];
  const files = all.map(([kind, definition]) => {
    const file = fileFor(folder, kind, definition);
    return { file, shown: shownFrom(call, file), text: definitionText(kind, definition) };
  });
  const { read } = call.outside.files;
  const changed = files.filter(({ file, text }) => read(file) !== text);
  const taken = changed.filter(({ file }) => read(file) !== null);
  const [first] = taken;
  if (first !== undefined && !call.has('overwrite') && !call.has('dry-run'))
    throw usage(
      `${first.shown}${taken.length === 1 ? ' is' : ` and ${taken.length - 1} more are`} there already, and say something else.`,
      'Pass --overwrite, or another --out.',
    );
  return changed;
}
