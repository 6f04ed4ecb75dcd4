import { createHash } from 'node:crypto';

/** What one of our packages says about a code, as HTML; made of the documentation when the service is built. */
export interface DocumentedCode {
  readonly in: string;
  readonly code: string;
  readonly see: string;
  readonly why: string;
  readonly action: string;
}

/** Not every process that runs the sources as they are defines it. */
const CODES: readonly DocumentedCode[] = typeof __ERROR_CODES__ === 'undefined' ? [] : __ERROR_CODES__;

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 42rem; padding: 1.5rem 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
dt { font-weight: 600; margin-top: 0.75rem; }
dd { margin: 0; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: 0.25rem 0; }
code { font-family: ui-monospace, monospace; font-size: 0.9375em; }
`;

/** As a policy of content names it. */
export const ERROR_STYLE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** What each package says about a code; null = none has such a code. */
export function codePage(code: string): string | null {
  const said = CODES.filter((one) => one.code === code);
  if (said.length === 0) return null;
  return page(code, `${said.map(sectionOf).join('')}<p><a href="../errors">All codes</a></p>`);
}

/** All codes. `below` leads from the page to theirs. */
export function codesPage(title: string, below: '' | 'errors/'): string {
  const packages = [...new Set(CODES.map((one) => one.in))];
  return page(title, packages.map((name) => `<h2>${name}</h2><ul>${itemsOf(name, below)}</ul>`).join(''));
}

function sectionOf({ in: name, see, why, action }: DocumentedCode): string {
  const rows = Object.entries({ 'What you see': see, Why: why, 'What to do': action });
  return `<h2>${name}</h2><dl>${rows.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('')}</dl>`;
}

function itemsOf(name: string, below: string): string {
  const own = CODES.filter((one) => one.in === name);
  return own.map(({ code, see }) => `<li><a href="${below}${code}"><code>${code}</code></a> ${see}</li>`).join('');
}

function page(title: string, content: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title} · Glidepath</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${title}</h1>${content}</main></body></html>`,
  ].join('');
}
