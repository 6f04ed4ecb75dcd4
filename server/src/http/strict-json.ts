import { RefusedError } from '../errors.ts';

/** As deep as lists and objects of a body may be nested. */
export const DEEPEST = 30;

/** A string without an end is one token too: to look for another beginning inside it would take quadratic time. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]/gs;

/** An escaped NUL, and not an escaped backslash before the letters. Looked for once per run of backslashes. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/**
 * Refuses JSON text that parsers disagree about or that our own walkers must not meet: nested too deeply, a name given
 * twice in one object, halves of surrogate pairs, NUL, and numbers that no double holds. The text is looked at before
 * it is parsed; whether it is JSON at all is for the parser to say.
 */
export function checkJsonText(text: string): void {
  if (NUL.test(text)) refuse('', 'holds the character NUL: leave it out');
  const open: Level[] = [];
  let lastString: string | null = null;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === ':' && lastString !== null) nameOnce(open.at(-1), lastString);
    else follow(open, token);
    lastString = token.startsWith('"') ? token : null;
  }
}

/** The names of an object so far, or null for a list. */
type Level = Set<string> | null;

function follow(open: Level[], token: string): void {
  if (token === '}' || token === ']') open.pop();
  if (token !== '{' && token !== '[') return;
  open.push(token === '{' ? new Set() : null);
  if (open.length > DEEPEST) refuse('', `is nested deeper than ${DEEPEST} levels: make it flatter`);
}

function nameOnce(names: Level | undefined, token: string): void {
  if (!names) return;
  const name = token.includes('\\') ? unescaped(token) : token.slice(1, -1);
  if (names.has(name)) refuse(name, 'is given twice in one object: keep one of them');
  names.add(name);
}

function unescaped(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

/** Refuses parsed values that JSON text can hold and nobody can store or compare: `1e400`, `"\ud800"`. */
export function checkJsonValue(root: unknown): void {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        checkString(key);
        waiting.push(inner);
      }
    } else if (typeof value === 'string') {
      checkString(value);
    } else if (typeof value === 'number') {
      checkNumber(value);
    }
  }
}

function checkString(text: string): void {
  if (/\p{Surrogate}/u.test(text)) refuse('', 'holds half of a surrogate pair: send well-formed Unicode');
}

function checkNumber(value: number): void {
  if (!Number.isFinite(value)) refuse('', 'holds a number beyond ±1.8e308: send a smaller one');
}

function refuse(name: string, detail: string): never {
  const subject = name === '' ? 'The body' : `"${name.slice(0, 64)}"`;
  throw new RefusedError({
    code: 'bad-request',
    detail: `${subject} ${detail}.`,
    errors: [{ pointer: '', detail: name === '' ? detail : `${subject} ${detail}` }],
  });
}
