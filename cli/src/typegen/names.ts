const RESERVED: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof var void while with yield undefined defineFlag'
  ).split(' '),
);

/** A name for each key, `newCheckout` for `new-checkout`; keys whose names would be the same get a number. */
export function namesFor(keys: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const key of keys) {
    const wanted = nameOf(key);
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
    taken.add(name);
    names.set(key, name);
  }
  return names;
}

function nameOf(key: string): string {
  const [first = '', ...rest] = key.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = [
    first[0]?.toLowerCase() + first.slice(1),
    ...rest.map((word) => word[0]?.toUpperCase() + word.slice(1)),
  ].join('');
  if (/^\d/.test(joined)) return `flag${joined}`;
  return RESERVED.has(joined) ? `${joined}Flag` : joined;
}
