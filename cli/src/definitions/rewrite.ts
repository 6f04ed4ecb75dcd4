/**
 * The text after a change, with every line that the change does not touch as somebody wrote it. `before` and `after`
 * are what a printer makes of the text and of what it is to become; where the printer breaks lines otherwise, its own
 * text is taken.
 */
export function rewritten(text: string, before: string, after: string): string {
  const ended = endedAs(text);
  const [written, printed, wanted] = [linesOf(text), linesOf(before), linesOf(after)];
  if (written.length !== printed.length) return ended(after);
  return hunksOf(printed, wanted)
    .map(({ kept, line }) => (kept === null ? ended(line) : (written[kept] ?? ended(line))))
    .join('');
}

/** Lines end as the first one does. */
const endedAs = (text: string): ((lines: string) => string) =>
  /^[^\n]*\r\n/.test(text) ? (lines) => lines.replaceAll('\n', '\r\n') : (lines) => lines;

type Lines = readonly string[];

const linesOf = (text: string): Lines => text.split(/(?<=\n)/);

interface Hunk {
  readonly line: string;
  /** Index of the same line before; null = it is new. */
  readonly kept: number | null;
}

/** Each line after, with the line before that it is: a longest common subsequence. */
function hunksOf(before: Lines, after: Lines): readonly Hunk[] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const shift = before.length - after.length;
  return after
    .map((line, index): Hunk => {
      if (index < start) return { line, kept: index };
      if (index >= after.length - end) return { line, kept: index + shift };
      return { line, kept: null };
    })
    .map(withMiddle(before.slice(start, before.length - end), start));
}

/** Between what both have at their ends, lines are found again in order, the nearest first. */
function withMiddle(middle: Lines, offset: number): (hunk: Hunk) => Hunk {
  let next = 0;
  return (hunk) => {
    if (hunk.kept !== null) return hunk;
    const found = middle.indexOf(hunk.line, next);
    if (found < 0) return hunk;
    next = found + 1;
    return { line: hunk.line, kept: offset + found };
  };
}
