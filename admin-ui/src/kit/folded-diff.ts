import { type DiffLine, lineDiff } from './line-diff.ts';

/** A line of a long difference; `skipped` stands for lines in a row that are the same on both sides. */
export type FoldedLine = DiffLine | { readonly kind: 'skipped'; readonly count: number };

/** Same lines that are kept around each change. */
const CONTEXT = 3;
/** Comparing line by line takes the product of both lengths. */
const MOST_COMPARED = 2_000_000;

/** The difference of two long lists of lines, without what stayed the same far from any change. */
export function foldedDiff(before: readonly string[], after: readonly string[]): FoldedLine[] {
  return folded(longDiff(before, after));
}

/** What both begin and end with is not compared; what is too long to be compared is removed and added as a whole. */
function longDiff(before: readonly string[], after: readonly string[]): DiffLine[] {
  const head = commonLength(before, after, (lines, i) => lines[i]);
  const rest = Math.min(before.length, after.length) - head;
  const tail = Math.min(
    rest,
    commonLength(before, after, (lines, i) => lines[lines.length - 1 - i]),
  );
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  const middle =
    old.length * now.length <= MOST_COMPARED
      ? lineDiff(old, now)
      : [...old.map(lineOf('removed')), ...now.map(lineOf('added'))];
  return [
    ...before.slice(0, head).map(lineOf('same')),
    ...middle,
    ...before.slice(before.length - tail).map(lineOf('same')),
  ];
}

function lineOf(kind: DiffLine['kind']): (text: string) => DiffLine {
  return (text) => ({ kind, text });
}

function commonLength(
  a: readonly string[],
  b: readonly string[],
  lineAt: (lines: readonly string[], index: number) => string | undefined,
): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && lineAt(a, length) === lineAt(b, length)) length += 1;
  return length;
}

function folded(lines: readonly DiffLine[]): FoldedLine[] {
  const isKept = keptLines(lines);
  const result: FoldedLine[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (!isKept[index]) {
      skipped += 1;
      continue;
    }
    if (skipped > 0) result.push({ kind: 'skipped', count: skipped });
    skipped = 0;
    result.push(line);
  }
  return skipped > 0 ? [...result, { kind: 'skipped', count: skipped }] : result;
}

/** Whether a line is a change or stands near one. */
function keptLines(lines: readonly DiffLine[]): boolean[] {
  const isKept = lines.map(() => false);
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'same') continue;
    for (let i = Math.max(0, index - CONTEXT); i <= Math.min(lines.length - 1, index + CONTEXT); i += 1)
      isKept[i] = true;
  }
  return isKept;
}
