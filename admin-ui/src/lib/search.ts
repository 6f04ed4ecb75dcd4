import type * as z from 'zod/mini';

type Fields = Readonly<Record<string, z.ZodMiniType>>;

/** What an address may say, each part optional; `ignored` names the parts that were not understood. */
export type Search<F extends Fields> = { readonly [K in keyof F]?: z.output<F[K]> | undefined } & {
  readonly ignored?: string | undefined;
};

/** Reads the query of an address: parts that are unknown or wrong are dropped, but not silently. */
export function searchReader<F extends Fields>(fields: F): (raw: Record<string, unknown>) => Search<F> {
  return (raw) => {
    const parts = Object.entries(raw)
      .filter(([name]) => name !== 'ignored')
      .map(([name, text]) => readPart(fields, name, text));
    const wrong = parts.filter((part) => !part.isRight).map((part) => part.name);
    const ignored = [...new Set([...ignoredBefore(raw), ...wrong])].join(' ');
    // What is dropped must be named as absent: the router lays this over what it has read itself.
    const read = Object.fromEntries(parts.map(({ name, value }) => [name, value]));
    return (ignored === '' ? read : { ...read, ignored }) as Search<F>;
  };
}

interface Part {
  readonly name: string;
  readonly isRight: boolean;
  readonly value: unknown;
}

function readPart(fields: Fields, name: string, text: unknown): Part {
  // A part that a page took out of the address.
  if (text === undefined) return { name, isRight: true, value: undefined };
  const parsed = Object.hasOwn(fields, name) ? fields[name]?.safeParse(text) : undefined;
  return parsed?.success ? { name, isRight: true, value: parsed.data } : { name, isRight: false, value: undefined };
}

/** The address is rewritten without what was ignored, so the names travel in it until the note is dismissed. */
function ignoredBefore(raw: Record<string, unknown>): readonly string[] {
  return typeof raw['ignored'] === 'string' && raw['ignored'] !== '' ? raw['ignored'].split(' ') : [];
}

/** Plain `name=value` pairs, readable in an address bar; the library's own way wraps values in JSON. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
