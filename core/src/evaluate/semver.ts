/** Reads the identifiers of a version one after the other. */
interface Cursor {
  text: string;
  /** The next character. */
  at: number;
  /** Where the identifier begins that was read last; it is empty for `0`, as for a missing minor or patch. */
  from: number;
  to: number;
  /** How many were read: three numbers, then those of the pre-release. */
  count: number;
}

/** How one identifier ranks against another; NaN where there is none that SemVer knows. */
const NUMBER = 0;
const WORD = 1;
/** After the last of a pre-release: fewer identifiers come before more. */
const END = -1;
/** In the place of a pre-release: a release comes after all of them. */
const RELEASE = 2;
const BUILD_OR_NOTHING = /^(\+[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$/;
const LONGEST = 256;

const newCursor = (): Cursor => ({ text: '', at: 0, from: 0, to: 0, count: 0 });
// Used again and again, so that comparing allocates nothing.
const left = newCursor();
const right = newCursor();

/**
 * Negative, zero or positive, by the precedence of SemVer 2.0.0; NaN when one of them is no version.
 * Missing minor and patch are 0, a leading `v` is allowed, build metadata is ignored, numbers may be of any length.
 */
export function compareVersions(a: string, b: string): number {
  start(left, a);
  start(right, b);
  let order = 0;
  // Both are read to their ends, whatever decides: what follows may be no version.
  for (;;) {
    const rank = next(left);
    const other = next(right);
    if (Number.isNaN(rank + other)) return Number.NaN;
    if (order === 0) order = rank - other || compareIdentifiers(rank);
    if (isLast(rank) && isLast(other)) return order;
  }
}

function start(cursor: Cursor, text: string): void {
  cursor.text = text.length > LONGEST ? '' : text;
  cursor.at = text[0] === 'v' ? 1 : 0;
  cursor.count = 0;
}

function isLast(rank: number): boolean {
  return rank === END || rank === RELEASE;
}

function next(cursor: Cursor): number {
  const { text, count, at } = cursor;
  const mark = text[at];
  cursor.count += 1;
  cursor.from = at;
  cursor.to = at;
  if (count === 0) return identifier(cursor, true);
  if (mark === (count === 3 ? '-' : '.')) {
    cursor.at += 1;
    return identifier(cursor, count < 3);
  }
  if (count < 3) return NUMBER;
  if (!BUILD_OR_NOTHING.test(text.slice(at))) return Number.NaN;
  return count === 3 ? RELEASE : END;
}

function identifier(cursor: Cursor, isNumber: boolean): number {
  const { text, at } = cursor;
  let rank = NUMBER;
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code >= 48 && code <= 57) continue;
    if (isNumber || !isLetterOrHyphen(code)) break;
    rank = WORD;
  }
  const isZero = rank === NUMBER && text[at] === '0';
  if (end === at || (isZero && end > at + 1)) return Number.NaN;
  cursor.from = at;
  cursor.to = isZero ? at : end;
  cursor.at = end;
  return rank;
}

function isLetterOrHyphen(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || code === 45;
}

/** Of numbers the longer is the greater. */
function compareIdentifiers(rank: number): number {
  const length = left.to - left.from;
  const other = right.to - right.from;
  if (rank === NUMBER && length !== other) return length - other;
  for (let i = 0; i < length && i < other; i += 1) {
    const order = left.text.charCodeAt(left.from + i) - right.text.charCodeAt(right.from + i);
    if (order !== 0) return order;
  }
  return length - other;
}
