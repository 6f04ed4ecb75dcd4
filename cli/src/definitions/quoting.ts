import { type Document, type Node, Scalar, visit } from 'yaml';

/** What tools that read YAML 1.1 take for true or false. */
const OLD_BOOLEAN = /^(y|yes|n|no|on|off)$/i;
/** What they take for a number, a time or a date. */
const OLD_NUMBER = /^[-+]?\d[\d_:.,]*$|^\d{4}-\d\d?-\d\d?/;

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

const isAmbiguous = (text: string): boolean => OLD_BOOLEAN.test(text) || OLD_NUMBER.test(text);
