import { Button, Text } from '@mantine/core';
import classes from './edit-footer.module.css';
import { kitMessages } from './messages.ts';

const m = kitMessages.editing;

export interface EditFooterProps {
  /** What is not saved yet, or what stands against it; null = nothing is edited. */
  readonly state: string | null;
  readonly isWrong?: boolean;
  /** Whether it stays in sight while what stands above it is scrolled. */
  readonly isSticky?: boolean;
  readonly mayDiscard: boolean;
  readonly mayReview: boolean;
  /** What the review is of, such as `Review → PRODUCTION`. */
  readonly review: string;
  readonly onDiscard: () => void;
  readonly onReview: () => void;
}

/** The end of an editor: what is not saved yet, and the two ways on. */
export function EditFooter(props: EditFooterProps) {
  const { state, isWrong = false, isSticky = false, mayDiscard, mayReview, review, onDiscard, onReview } = props;
  return (
    <div className={classes.footer} data-sticky={isSticky} data-idle={state === null}>
      <Text span size="sm" c={isWrong ? 'red' : 'dimmed'} role="status">
        {state ?? m.nothing}
      </Text>
      <div className={classes.actions}>
        <Button variant="default" size="md" disabled={!mayDiscard} onClick={onDiscard}>
          {m.discard}
        </Button>
        <Button size="md" disabled={!mayReview} onClick={onReview}>
          {review}
        </Button>
      </div>
    </div>
  );
}
