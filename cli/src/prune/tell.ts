import path from 'node:path';
import { tame } from '../paint.ts';
import type { PrunedProject } from './prune-project.ts';
import type { Forward } from './replacement.ts';
import { type Changed, countsOf, patchOf } from './unified-diff.ts';

/** All that is told of a removal. */
export interface Summed extends PrunedProject {
  readonly forward: Forward;
  readonly root: string;
  /** From which names are told. */
  readonly folder: string;
}

interface Done {
  readonly isWritten: boolean;
  /** Where the patch lies; null: there is none. */
  readonly patch: string | null;
}

const nameIn = ({ folder }: Summed, file: string): string => path.posix.relative(folder, file);

const changedIn = (summed: Summed): readonly Changed[] =>
  summed.files.map(({ file, before, after }) => ({ name: nameIn(summed, file), before, after }));

export const diffFor = (summed: Summed): string => patchOf(changedIn(summed));

/** Lines for people, each with its place. */
export function summaryFor(summed: Summed, done: Done): string {
  const { files, skipped, computed } = summed;
  const rows = [
    ...files.flatMap(({ file, notes, byHand }) => [
      ...notes.map(({ line, sentence }) => [`${nameIn(summed, file)}:${line}`, sentence] as const),
      ...byHand.map(
        ({ line, sentence }) => [`${nameIn(summed, file)}:${line}`, `${sentence}: left alone, comment added`] as const,
      ),
    ]),
    ...computed.map(
      ({ file, line, sentence }) => [`${nameIn(summed, file)}:${line}`, `${sentence}: left alone`] as const,
    ),
    ...[...skipped].map(([file, why]) => [nameIn(summed, file), `not read: ${why}`] as const),
  ];
  const width = Math.min(40, Math.max(0, ...rows.map(([place]) => place.length)));
  const lines = rows.map(([place, sentence]) => `  ${tame(place).padEnd(width)}   ${tame(sentence)}`);
  return [...lines, `  ${lastLine(summed, done)}`, ''].join('\n');
}

function lastLine(summed: Summed, { isWritten, patch }: Done): string {
  const changed = changedIn(summed).filter(({ before, after }) => before !== after);
  if (changed.length === 0) return `Nothing to change for ${summed.forward.key}.`;
  const counts = changed.map(countsOf);
  const sum = (of: (one: (typeof counts)[number]) => number): number => counts.reduce((all, one) => all + of(one), 0);
  const size = `${changed.length} ${changed.length === 1 ? 'file' : 'files'}, −${sum(({ removed }) => removed)} +${sum(({ added }) => added)}.`;
  if (isWritten) return `${size} Written.`;
  if (patch !== null) return `${size} Written to ${tame(patch)}; apply with git apply ${tame(patch)}`;
  return `${size} Nothing written. Apply with --write [--verify "npm test"].`;
}

export function documentFor(summed: Summed, { isWritten, patch }: Done): unknown {
  const { forward, files, skipped, computed } = summed;
  return {
    flag: forward.key,
    variation: forward.variation,
    value: forward.value,
    files: files.map(({ file, before, after, notes, byHand, kept }) => ({
      file: nameIn(summed, file),
      isChanged: before !== after,
      ...countsOf({ name: file, before, after }),
      done: notes,
      byHand,
      keptCalls: kept,
    })),
    computed: computed.map((one) => ({ ...one, file: nameIn(summed, one.file) })),
    skipped: [...skipped].map(([file, why]) => ({ file: nameIn(summed, file), why })),
    written: isWritten,
    patch,
    diff: diffFor(summed),
  };
}
