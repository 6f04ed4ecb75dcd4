/**
 * Reads the one value that a configuration in TypeScript exports, without running it: a repository that somebody has
 * just cloned gets no code run by asking for its flags, and nothing has to be compiled.
 */
export function literalIn(source: string): unknown {
  const scan = scanner(source);
  while (scan.skip(/import\b[^'"`;]*?['"][^'"\n]*['"]\s*;?/y));
  if (!scan.skip(/export\s+default\b/y)) throw scan.fault('`export default`');
  const value = expressionAt(scan);
  scan.skip(/;/y);
  if (!scan.isAtEnd()) throw scan.fault('the end of the file');
  return value;
}

/** What stands in a file where nothing of the kind may. */
export class LiteralFault extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'LiteralFault';
    this.line = line;
  }
}

interface Scanner {
  /** Goes past spaces and comments, and past what fits; false where it does not fit. */
  skip(pattern: RegExp): boolean;
  /** The same; answers what fitted. */
  take(pattern: RegExp): string | null;
  isAtEnd(): boolean;
  fault(expected: string): LiteralFault;
}

const TRIVIA = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const MOST_SHOWN = 20;

function scanner(source: string): Scanner {
  let at = 0;
  const matched = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0] ?? null;
    at += found?.length ?? 0;
    return found;
  };
  const take = (pattern: RegExp): string | null => {
    matched(TRIVIA);
    return matched(pattern);
  };
  return {
    take,
    skip: (pattern) => take(pattern) !== null,
    isAtEnd() {
      matched(TRIVIA);
      return at >= source.length;
    },
    fault(expected) {
      const found = source.slice(at).split('\n')[0]?.slice(0, MOST_SHOWN) || 'the end';
      return new LiteralFault(source.slice(0, at).split('\n').length, `expected ${expected}, found \`${found}\``);
    },
  };
}

/** A value, and what TypeScript alone reads behind it. */
function expressionAt(scan: Scanner): unknown {
  const value = valueAt(scan);
  while (scan.skip(/as\s+const\b|satisfies\s+[\w$.]+/y));
  return value;
}

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

function valueAt(scan: Scanner): unknown {
  if (scan.skip(/\{/y)) return Object.fromEntries(listAt(scan, /\}/y, () => memberAt(scan)));
  if (scan.skip(/\[/y)) return listAt(scan, /\]/y, () => expressionAt(scan));
  if (scan.skip(/(?:defineConfig\s*)?\(/y)) {
    const value = expressionAt(scan);
    scan.skip(/,/y);
    if (!scan.skip(/\)/y)) throw scan.fault('`)`');
    return value;
  }
  const text = textAt(scan);
  if (text !== null) return text;
  const number = scan.take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?(?![\w$.])/iy);
  if (number !== null) return Number(number);
  const word = scan.take(/(?:true|false|null)(?![\w$])/y);
  if (word !== null) return WORDS[word];
  throw scan.fault('a value');
}

function listAt<T>(scan: Scanner, end: RegExp, one: () => T): T[] {
  const found: T[] = [];
  for (;;) {
    if (scan.skip(end)) return found;
    found.push(one());
    if (scan.skip(/,/y)) continue;
    if (scan.skip(end)) return found;
    throw scan.fault('`,`');
  }
}

function memberAt(scan: Scanner): readonly [string, unknown] {
  const name = textAt(scan) ?? scan.take(/[A-Za-z_$][\w$]*/y);
  if (name === null) throw scan.fault('a name');
  if (!scan.skip(/:/y)) throw scan.fault(`\`: \` and the value of \`${name}\``);
  return [name, expressionAt(scan)];
}

const TEXT = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*`/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' };

function textAt(scan: Scanner): string | null {
  const written = scan.take(TEXT);
  if (written === null) return null;
  return written
    .slice(1, -1)
    .replace(
      /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|(\r?\n)|([\s\S]))/gi,
      (_, braced?: string, four?: string, two?: string, line?: string, other = '') => {
        const digits = braced ?? four ?? two;
        if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
        return line === undefined ? (ESCAPES[other] ?? other) : '';
      },
    );
}
