import { holdsScript, isScript } from './parse.ts';

/** In characters: what is more than a repository of a usual size is read again. */
const MOST_KEPT = 64_000_000;

type Read = (file: string) => string | null;

/** Keeps the texts of scripts: each is looked at for words, parsed, and shown lines of. */
export function readOnce(read: Read): Read {
  const texts = new Map<string, string | null>();
  let kept = 0;
  return (file) => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    const text = read(file);
    if (!isScript(file) && !holdsScript(file)) return text;
    kept += text?.length ?? 0;
    if (kept <= MOST_KEPT) texts.set(file, text);
    return text;
  };
}
