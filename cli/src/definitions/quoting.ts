import { type Document, type Node, parse, Scalar, visit } from 'yaml';

/** What tools that read YAML 1.1 take for true or false. */
const OLD_BOOLEAN = /^(y|yes|n|no|on|off)$/i;
/** What they take for a number, a time or a date: even a single dot, which has no digit at all. */
const OLD_NUMBER = /^[-+]?[.\d][-+._:,\da-fox]*$|^\d{4}-\d\d?-\d\d?/i;
/** What they take for the sign that another map is to be merged, and for a default. */
const OLD_SIGN = /^(<<|=)$/;

export interface BareWord {
  readonly word: string;
  /** Place in the text. */
  readonly offset: number;
}

/** Words without quotes that other tools read as a boolean: names such as `on` and `off`. */
export function bareWordsIn(document: Document): readonly BareWord[] {
  const found: BareWord[] = [];
  visit(document, {
    Scalar(_key, { type, source = '', range }) {
      if (type === Scalar.PLAIN && OLD_BOOLEAN.test(source)) found.push({ word: source, offset: range?.[0] ?? 0 });
    },
  });
  return found;
}

/** Places of references to what stands elsewhere in the file. */
export function aliasesIn(document: Document): readonly number[] {
  const found: number[] = [];
  visit(document, { Alias: (_key, { range }) => void found.push(range?.[0] ?? 0) });
  return found;
}

/** Puts quotes around every text below the node that other tools would read as something else. */
export function quoteBelow(node: Node): void {
  visit(node, {
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string' && isAmbiguous(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
}

/** Nothing else can be a number or a word of YAML 1.1. */
const WORD = /^[-+.:\w]{1,40}$/;

const isAmbiguous = (text: string): boolean =>
  OLD_BOOLEAN.test(text) ||
  OLD_NUMBER.test(text) ||
  OLD_SIGN.test(text) ||
  (WORD.test(text) && readByOldTools(text) !== text);

/** Faults and warnings of what is no word at all do not matter here. */
function readByOldTools(word: string): unknown {
  try {
    return parse(word, { version: '1.1', logLevel: 'silent' });
  } catch {
    return null;
  }
}
