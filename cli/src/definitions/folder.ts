import path from 'node:path';
import type { Call } from '../call.ts';
import { Failure } from '../failure.ts';
import { tame } from '../paint.ts';
import { readSources, type Source } from './source.ts';

/** Of `--folder`, or the usual one. */
export function folderOf(call: Call): string {
  const given = call.text('folder');
  return given === undefined ? path.join(call.config.folder, 'flags') : path.resolve(call.outside.folder, given);
}

/** As people read the name of a file. */
export const shownFrom = (call: Call, file: string): string => path.relative(call.outside.folder, file) || '.';

/** The definitions of a folder; everything that is wrong with its files at once, each with its place. */
export function sourcesIn(call: Call, folder: string): readonly Source[] {
  const files = readSources(call.outside.files, folder, call.outside.folder);
  const faults = files.flatMap((file) => file.faults);
  const sources = files.flatMap((file) => file.sources);
  const seen = new Map<string, Source>();
  for (const source of sources) {
    const name = `${source.kind} ${source.key}`;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, source);
    else
      faults.push(
        `${shownFrom(call, source.file)}: ${source.kind} ${source.key} stands in ${shownFrom(call, first.file)} already`,
      );
  }
  if (faults.length === 0) return sources;
  const count = faults.length === 1 ? 'A fault' : `${faults.length} faults`;
  throw new Failure(
    'failed',
    'definitions',
    [`${count} in the definitions:`, ...faults.map((line) => `  ${tame(line)}`)].join('\n'),
  );
}
