// What the service says about the codes of the SDKs at /errors: the tables of docs/troubleshooting.md, as they were when
// it was built.
import { readFileSync } from 'node:fs';

const CHAPTER = new URL('../docs/troubleshooting.md', import.meta.url);

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** What cells of a table hold of Markdown: code, emphasis, and links, which lead nowhere outside of the folder. */
const htmlOf = (cell) =>
  cell
    .trim()
    .split('`')
    .map((part, i) =>
      i % 2 === 1
        ? `<code>${escaped(part)}</code>`
        : escaped(part.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')).replace(/\b_([^_]+)_\b/g, '<em>$1</em>'),
    )
    .join('');

/** Each row of each package's table, with its cells as HTML. */
export function errorCodes() {
  const [, ...parts] = readFileSync(CHAPTER, 'utf8').split(/^## /m);
  return parts.flatMap((part) => {
    const [name = '', ...lines] = part.split('\n');
    return lines.flatMap((line) => {
      const [, code = '', see, why, action] = line.split(/(?<!\\)\|/);
      const [, found] = /^ `(GP\d{4})` *$/.exec(code) ?? [];
      return found === undefined
        ? []
        : [{ in: name, code: found, see: htmlOf(see), why: htmlOf(why), action: htmlOf(action) }];
    });
  });
}
