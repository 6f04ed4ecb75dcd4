import type { HistoryEntry } from '@glidepath/server/api-types';
import { Alert, Button, Group, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Difference } from '../../kit/difference.tsx';
import type { Documents } from '../../kit/json-diff.tsx';
import classes from './history.module.css';
import { historyMessages as m } from './messages.ts';
import type { Describe, Recorded } from './recorded.ts';

export interface ComparisonProps {
  readonly from: HistoryEntry;
  readonly to: HistoryEntry;
  readonly describe: Describe;
  readonly onClose: () => void;
  /** Back to the older one; null where nobody may. */
  readonly onRevert: (() => void) | null;
}

/** What lies between two revisions, whatever happened in between. */
export function Comparison({ from, to, describe, onClose, onRevert }: ComparisonProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const title = m.between(from.revision, to.revision);
  useEffect(() => {
    void title;
    heading.current?.focus();
  }, [title]);
  const before = describe(from.after);
  const after = describe(to.after);
  const documents = documentsOf(before, after);
  return (
    <section className={classes.comparison} aria-label={title}>
      <Group justify="space-between" gap="xs">
        <Title ref={heading} tabIndex={-1} order={2} size="h5" className={classes.heading ?? ''}>
          {title}
        </Title>
        <Group gap="xs">
          {onRevert && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={onRevert}>
              {m.revert(from.revision)}
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" onClick={onClose}>
            {m.close}
          </Button>
        </Group>
      </Group>
      {documents === null ? (
        <Alert color="gray">{m.blanked}</Alert>
      ) : (
        <Difference before={before.words} after={after.words} documents={documents} label={title} />
      )}
    </section>
  );
}

/** Null where one of them is not recorded. */
export function documentsOf(before: Recorded, after: Recorded): Documents | null {
  if (before.document === null || after.document === null) return null;
  return { before: before.document, after: after.document };
}
