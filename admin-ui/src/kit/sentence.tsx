import { Fragment } from 'react';
import classes from './sentence.module.css';

/** A sentence whose `keys in backticks` stand out. */
export function Sentence({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className={classes.key}>
        {part}
      </code>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
}

/** Who gets what: the first line that applies decides. */
export function Sentences({ lines, label }: { readonly lines: readonly string[]; readonly label: string }) {
  return (
    <ol className={classes.lines} aria-label={label}>
      {lines.map((line, index) => (
        <li key={index}>
          <Sentence text={line} />
        </li>
      ))}
    </ol>
  );
}
