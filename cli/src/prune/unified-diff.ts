/** What one file was and is. */
export interface Changed {
  /** With `/`, from where the patch is applied. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const CONTEXT = 3;

type Step = { readonly kind: ' ' | '-' | '+'; readonly line: string };

/** As `git apply` takes it; '' where nothing changed. */
export function patchOf(files: readonly Changed[]): string {
  return files
    .filter(({ before, after }) => before !== after)
    .map(patchOfFile)
    .join('');
}

function patchOfFile({ name, before, after }: Changed): string {
  const steps = stepsBetween(linesOf(before), linesOf(after));
  const hunks = hunksOf(steps).map((hunk) => hunkText(hunk, steps));
  return `diff --git ${quoted(`a/${name}`)} ${quoted(`b/${name}`)}\n--- ${quoted(`a/${name}`)}\n+++ ${quoted(`b/${name}`)}\n${hunks.join('')}`;
}

/** As git writes names with quotes, backslashes or control characters; what is after a tab would be no name. */
const quoted = (name: string): string => (SPECIAL.test(name) ? `"${name.replaceAll(SPECIALS, escapeOf)}"` : name);

const SPECIAL = /["\\\p{Cc}]/u;
const SPECIALS = /["\\\p{Cc}]/gu;

const escapeOf = (character: string): string =>
  /["\\]/.test(character)
    ? `\\${character}`
    : [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** Lines added and removed. */
export function countsOf({ before, after }: Changed): { readonly added: number; readonly removed: number } {
  const steps = before === after ? [] : stepsBetween(linesOf(before), linesOf(after));
  const count = (kind: Step['kind']): number => steps.filter((step) => step.kind === kind).length;
  return { added: count('+'), removed: count('-') };
}

/** Each with its line break, the last one without where there is none. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** First and last step of what is shown together. */
type Hunk = readonly [first: number, last: number];

function hunksOf(steps: readonly Step[]): readonly Hunk[] {
  const hunks: [number, number][] = [];
  for (const [index, { kind }] of steps.entries()) {
    if (kind === ' ') continue;
    const first = Math.max(0, index - CONTEXT);
    const last = Math.min(steps.length - 1, index + CONTEXT);
    const open = hunks.at(-1);
    if (open !== undefined && first <= open[1] + 1) open[1] = last;
    else hunks.push([first, last]);
  }
  return hunks;
}

function hunkText([first, last]: Hunk, steps: readonly Step[]): string {
  const shown = steps.slice(first, last + 1);
  const lines = (list: readonly Step[], without: Step['kind']): number =>
    list.filter(({ kind }) => kind !== without).length;
  const [oldCount, newCount] = [lines(shown, '+'), lines(shown, '-')];
  const [oldBefore, newBefore] = [lines(steps.slice(0, first), '+'), lines(steps.slice(0, first), '-')];
  const range = (before: number, count: number): string => `${count === 0 ? before : before + 1},${count}`;
  const body = shown.map(({ kind, line }) =>
    line.endsWith('\n') ? `${kind}${line}` : `${kind}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range(oldBefore, oldCount)} +${range(newBefore, newCount)} @@\n${body.join('')}`;
}

/** The fewest lines added and removed. Source: E. W. Myers, An O(ND) Difference Algorithm and Its Variations, 1986. */
function stepsBetween(a: readonly string[], b: readonly string[]): readonly Step[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const same = (line: string): Step => ({ kind: ' ', line });
  return [
    ...a.slice(0, head).map(same),
    ...shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

function shortest(a: readonly string[], b: readonly string[]): readonly Step[] {
  const trace: Int32Array[] = [];
  const most = a.length + b.length;
  const reach = new Int32Array(2 * most + 3);
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reach.slice());
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOn(reach, diagonal, edits, most);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      reach[diagonal + most + 1] = x;
      if (x >= a.length && x - diagonal >= b.length) return walkedBack(a, b, trace, most);
    }
  }
  return [];
}

function startOn(reach: Int32Array, diagonal: number, edits: number, most: number): number {
  const [below, above] = [reach[diagonal + most] ?? 0, reach[diagonal + most + 2] ?? 0];
  return diagonal === -edits || (diagonal !== edits && below < above) ? above : below + 1;
}

function walkedBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Int32Array[],
  most: number,
): readonly Step[] {
  const steps: Step[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trace.length - 1; edits > 0; edits -= 1) {
    const from = cameFrom(trace[edits] as Int32Array, x - y, edits, most);
    const start = from.isDown ? from.x : from.x + 1;
    for (; x > start; x -= 1, y -= 1) steps.push({ kind: ' ', line: a[x - 1] as string });
    steps.push(from.isDown ? { kind: '+', line: b[y - 1] as string } : { kind: '-', line: a[x - 1] as string });
    [x, y] = [from.x, from.y];
  }
  for (; x > 0; x -= 1) steps.push({ kind: ' ', line: a[x - 1] as string });
  return steps.reverse();
}

interface Origin {
  readonly isDown: boolean;
  readonly x: number;
  readonly y: number;
}

/** Where the path was before its last edit. */
function cameFrom(reach: Int32Array, diagonal: number, edits: number, most: number): Origin {
  const [below, above] = [reach[diagonal + most] ?? 0, reach[diagonal + most + 2] ?? 0];
  const isDown = diagonal === -edits || (diagonal !== edits && below < above);
  return isDown ? { isDown, x: above, y: above - diagonal - 1 } : { isDown, x: below, y: below - diagonal + 1 };
}
