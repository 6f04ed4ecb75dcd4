import { VisuallyHidden } from '@mantine/core';
import classes from './diff-view.module.css';
import { type DiffLine, lineDiff } from './line-diff.ts';
import { kitMessages as m } from './messages.ts';
import { Sentence } from './sentence.tsx';

const MARKS = { same: ' ', removed: '−', added: '+' } as const satisfies Record<DiffLine['kind'], string>;

export interface DiffViewProps {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly label: string;
}

/** Who gets what, before and after, as one list: a sign and a word say what happened to each line, colour comes third. */
export function DiffView({ before, after, label }: DiffViewProps) {
  const lines = lineDiff(before, after);
  return (
    <ul className={classes.lines} aria-label={label}>
      {lines.map((line, index) => (
        <li key={index} className={classes.line} data-kind={line.kind}>
          <span className={classes.mark} aria-hidden="true">
            {MARKS[line.kind]}
          </span>
          {line.kind !== 'same' && <VisuallyHidden>{m.diff[line.kind]} </VisuallyHidden>}
          <span>
            <Sentence text={line.text} />
          </span>
        </li>
      ))}
    </ul>
  );
}
