import type { Json } from '@glidepath/core';
import { VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import classes from './diff-view.module.css';
import { type FoldedLine, foldedDiff } from './folded-diff.ts';
import { kitMessages as m } from './messages.ts';

/** Lines beyond these are only counted: nobody reads them, and they would block the page. */
const MOST_LINES = 400;
const MARKS = { same: ' ', removed: '−', added: '+', skipped: ' ' } as const satisfies Record<
  FoldedLine['kind'],
  string
>;

export interface Documents {
  readonly before: Json;
  readonly after: Json;
}

/** Two documents as indented JSON, with what is the same folded away. */
export function JsonDiff({ documents, label }: { readonly documents: Documents; readonly label: string }) {
  const lines = useMemo(() => foldedDiff(linesOf(documents.before), linesOf(documents.after)), [documents]);
  return (
    <ul className={classes.lines} aria-label={label}>
      {lines.slice(0, MOST_LINES).map((line, index) => (
        <li key={index} className={classes.line} data-kind={line.kind}>
          <span className={classes.mark} aria-hidden="true">
            {MARKS[line.kind]}
          </span>
          {(line.kind === 'removed' || line.kind === 'added') && <VisuallyHidden>{m.diff[line.kind]} </VisuallyHidden>}
          <span className={classes.code}>{line.kind === 'skipped' ? m.diff.sameLines(line.count) : line.text}</span>
        </li>
      ))}
      {lines.length > MOST_LINES && <li className={classes.line}>{m.diff.moreLines(lines.length - MOST_LINES)}</li>}
    </ul>
  );
}

function linesOf(document: Json): readonly string[] {
  return JSON.stringify(document, null, 2).split('\n');
}
