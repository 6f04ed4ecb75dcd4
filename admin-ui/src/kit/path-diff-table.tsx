import type { Json } from '@glidepath/core';
import classes from './diff-view.module.css';
import type { Documents } from './json-diff.tsx';
import { kitMessages as m } from './messages.ts';
import { type PathChange, pathDiff } from './path-diff.ts';
import { SimpleTable } from './simple-table.tsx';

const SHOWN_VALUES = 8;
const SHOWN_CHARACTERS = 160;

/** Each value that differs between two documents: where it is, what it was, what it will be. */
export function PathDiffTable({ documents, label }: { readonly documents: Documents; readonly label: string }) {
  const changes = pathDiff(documents.before, documents.after);
  if (changes.length === 0) return <p className={classes.none}>{m.diff.none}</p>;
  return (
    <SimpleTable
      label={label}
      rows={changes}
      idOf={({ path }) => path.join('/')}
      columns={[
        { name: m.diff.path, cell: ({ path }) => path.join(' › ') },
        { name: m.diff.before, cell: (change) => <code className={classes.value}>{sideOf(change, 'before')}</code> },
        { name: m.diff.after, cell: (change) => <code className={classes.value}>{sideOf(change, 'after')}</code> },
      ]}
    />
  );
}

const OTHER = { before: 'after', after: 'before' } as const;

/** A value, or of a list of plain ones those that only this side has. */
function sideOf(change: PathChange, side: keyof Documents): string {
  const value = change[side];
  const other = change[OTHER[side]];
  if (!isPlainList(value) || !isPlainList(other)) return shown(value);
  const others = new Set(other);
  const own = value.filter((element) => !others.has(element));
  // Only their order differs.
  if (own.length === 0) return value.length === other.length ? shown(value) : m.diff.values(value.length);
  const more = own.length > SHOWN_VALUES ? ` ${m.diff.moreValues(own.length - SHOWN_VALUES)}` : '';
  return `${m.diff.only[side]} ${own.slice(0, SHOWN_VALUES).map(String).join(', ')}${more}`;
}

function isPlainList(value: Json | undefined): value is readonly (string | number | boolean | null)[] {
  return Array.isArray(value) && value.every((element) => typeof element !== 'object' || element === null);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return '–';
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
