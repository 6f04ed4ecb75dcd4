import { Title, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { kitMessages } from './messages.ts';
import classes from './review-sections.module.css';
import { Sentence } from './sentence.tsx';

const m = kitMessages.review;

/** `gain` and `loss` say who is better or worse off; `advice` may be ignored. */
export interface ReviewLine {
  readonly kind: 'fact' | 'gain' | 'loss' | 'advice';
  /** Keys in backticks. */
  readonly text: string;
}

/** One question about a change and its answers. */
export interface ReviewSection {
  readonly title: string;
  readonly lines: readonly ReviewLine[];
}

const MARKS = { gain: '▲', loss: '▼', fact: '·' } as const satisfies Partial<Record<ReviewLine['kind'], string>>;

export function ReviewSections({ sections }: { readonly sections: readonly ReviewSection[] }) {
  return sections.map((section) => (
    <section key={section.title}>
      <Title order={3} size="h5" mb={6}>
        {section.title}
      </Title>
      <ul className={classes.lines} aria-label={section.title}>
        {section.lines.map((line) => (
          <li key={line.text} className={classes.line} data-kind={line.kind}>
            <Mark kind={line.kind} />
            <span>
              <Sentence text={line.text} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  ));
}

function Mark({ kind }: { readonly kind: ReviewLine['kind'] }) {
  if (kind === 'advice')
    return <IconAlertTriangle size={16} className={classes.icon} aria-label={m.advice} role="img" />;
  return (
    <>
      <span className={classes.mark} aria-hidden="true">
        {MARKS[kind]}
      </span>
      {kind !== 'fact' && <VisuallyHidden>{m.marks[kind]} </VisuallyHidden>}
    </>
  );
}
