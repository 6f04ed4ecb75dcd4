import { scriptsIn } from '../code/parse.ts';

/** The script of a component's file, as a file of its own whose lines have the same numbers. */
export interface Component {
  readonly script: string;
  /** How much further on in it something stands than in the whole file. */
  readonly shift: number;
  readonly markup: string;
  /** Words of the markup: it may use whatever the script calls so, and set what is no constant. */
  readonly words: ReadonlySet<string>;
  /** The whole file with another script. */
  restored(script: string): string;
}

/** Null where it does not have one script: several see each other, and no change is for one of them alone. */
export function componentOf(file: string, text: string): Component | null {
  const [range, ...others] = scriptsIn(file, text);
  if (range === undefined || others.length > 0) return null;
  const [start, end] = range;
  const [before, behind] = [text.slice(0, start), text.slice(end)];
  const head = `/*! ${before.replace(/[^\r\n]/g, '')}*/`;
  const markup = before + behind;
  return {
    script: head + text.slice(start, end),
    shift: head.length - start,
    markup,
    words: wordsIn(markup),
    restored(script) {
      if (!script.startsWith(head)) throw new Error('its script cannot be told from its markup any more');
      return before + script.slice(head.length) + behind;
    },
  };
}

/** Also as a script names them: `my-list` is `MyList` and `myList`, `$store` is `store`. */
function wordsIn(markup: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [word] of markup.matchAll(/[\w$-]+/g)) {
    const joined = word.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());
    for (const name of [...word.split('-'), joined, joined.charAt(0).toUpperCase() + joined.slice(1)]) {
      found.add(name);
      found.add(name.replace(/^\$/, ''));
    }
  }
  return found;
}
