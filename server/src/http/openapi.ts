type Schemas = Record<string, unknown>;

interface Document {
  readonly components?: { readonly schemas?: Schemas };
}

const REF = /"#\/components\/schemas\/([^"/]+)/g;

/**
 * Mends a generated description: each schema comes twice, for what goes in (`FlagInput`) and for what comes out
 * (`Flag`). Twins that are equal become one, what nothing refers to goes, and pointers into shared parts become valid.
 */
export function tidyOpenapi<D extends object>(document: D): D {
  const valid = JSON.parse(JSON.stringify(document).replaceAll('__shared#/', '__shared/')) as D & Document;
  const schemas = valid.components?.schemas ?? {};
  const merged = Object.keys(schemas).filter((name) => isTwin(schemas, name));
  const renamed = JSON.parse(withoutInput(JSON.stringify(valid), merged)) as D & Document;
  const { schemas: all = {}, ...components } = renamed.components ?? {};
  for (const name of merged) delete all[name];
  const rest = JSON.stringify({ ...renamed, components });
  return { ...renamed, components: { ...components, schemas: reachable(all, rest) } };
}

function isTwin(schemas: Schemas, name: string): boolean {
  const base = /^(.+)Input$/.exec(name)?.[1];
  if (base === undefined || !Object.hasOwn(schemas, base)) return false;
  // Whether what they refer to is equal too is asked of those themselves; a difference there shows in one of them.
  const [input, output] = [schemas[name], schemas[base]].map((schema) => JSON.stringify(schema));
  return (
    input?.replace(REF, (ref) => ref.replace(/Input$/, '')) === output?.replace(REF, (ref) => ref.replace(/Input$/, ''))
  );
}

function withoutInput(text: string, names: readonly string[]): string {
  const merged = new Set(names);
  return text.replace(REF, (ref, name: string) => (merged.has(name) ? ref.replace(/Input$/, '') : ref));
}

/** The schemas that the rest of the document refers to, and those that these refer to. */
function reachable(schemas: Schemas, rest: string): Schemas {
  const found: Schemas = {};
  const waiting = namesIn(rest);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(found, name) || !Object.hasOwn(schemas, name)) continue;
    found[name] = schemas[name];
    waiting.push(...namesIn(JSON.stringify(schemas[name])));
  }
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function namesIn(text: string): string[] {
  return [...text.matchAll(REF)].map(([, name = '']) => name);
}
