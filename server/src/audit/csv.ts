import type { AuditView } from '../http/api-types.ts';

const COLUMNS = [
  'seq',
  'at',
  'actor',
  'origin',
  'action',
  'project',
  'changeId',
  'environments',
  'content',
  'hash',
] as const;

export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`;

/** One record as a line of RFC 4180. */
export function csvLineOf(view: AuditView): string {
  return `${COLUMNS.map((column) => cellOf(textOf(view, column))).join(',')}\r\n`;
}

function textOf(view: AuditView, column: (typeof COLUMNS)[number]): string {
  if (column === 'environments') return view.environments.map(({ key, from, to }) => `${key} ${from}→${to}`).join('; ');
  if (column === 'content') return JSON.stringify(view.content);
  return String(view[column] ?? '');
}

/** Spreadsheets run cells that begin like a formula; an apostrophe makes them text. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
