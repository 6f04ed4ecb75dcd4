/** What a query may name. */
const PLACEHOLDERS = ['flag', 'variation', 'service', 'version'] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

type Filled =
  | { readonly ok: true; readonly query: string }
  /** A sentence for whoever wrote it. */
  | { readonly ok: false; readonly problem: string };

/** Comments and quoted strings, each as a whole, and what stands between double braces. */
const PARTS = /#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\{\{[^{}]*\}\}/g;
const NAMED = /\{\{([^{}]*)\}\}/g;

/**
 * The query with its placeholders filled in. They may stand in quoted strings only, where a value cannot become part of
 * the expression: versions are named by whoever deploys.
 */
export function fillQuery(query: string, values: Readonly<Record<Placeholder, string | null>>): Filled {
  let problem: string | null = null;
  const filled = query.replace(PARTS, (part) => {
    // A quote in a comment opens no string, and what it named would be read by nobody.
    if (part.startsWith('#')) return part;
    if (part.startsWith('{{')) {
      problem ??= `\`${part}\` stands outside of quotes. Put it into a label: \`{name="${part}"}\`.`;
      return part;
    }
    return part.replace(NAMED, (placeholder, inner: string) => {
      const name = inner.trim();
      const value = isPlaceholder(name) ? values[name] : undefined;
      problem ??= problemOf(placeholder, value, part);
      return escaped(value ?? '');
    });
  });
  return problem === null ? { ok: true, query: filled } : { ok: false, problem };
}

function problemOf(placeholder: string, value: string | null | undefined, quoted: string): string | null {
  if (value === undefined)
    return `\`${placeholder}\` is not known. Known are ${PLACEHOLDERS.map((name) => `\`{{${name}}}\``).join(', ')}.`;
  if (value === null) return `\`${placeholder}\` is known only to a rollout that waits for a deploy.`;
  return quoted.startsWith('`') && !/^[\w.:/+-]*$/.test(value)
    ? `\`${placeholder}\` stands in backquotes, where nothing can be escaped. Use double quotes.`
    : null;
}

function isPlaceholder(name: string): name is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(name);
}

/** Inside of single or double quotes. */
function escaped(value: string): string {
  return value.replace(/[\\"'\n\r]/g, (character) => {
    if (character === '\n') return '\\n';
    return character === '\r' ? '\\r' : `\\${character}`;
  });
}
