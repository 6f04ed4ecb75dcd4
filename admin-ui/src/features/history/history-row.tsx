import type { HistoryEntry } from '@glidepath/server/api-types';
import { Button, Checkbox } from '@mantine/core';
import { Difference } from '../../kit/difference.tsx';
import { RevisionEntry } from '../../kit/revision-entry.tsx';
import { documentsOf } from './comparison.tsx';
import classes from './history.module.css';
import { historyMessages as m } from './messages.ts';
import type { Describe } from './recorded.ts';

export interface HistoryRowProps {
  readonly entry: HistoryEntry;
  readonly isLive: boolean;
  readonly isSelected: boolean;
  readonly describe: Describe;
  readonly onSelect: () => void;
  /** Null where nobody may, or nothing is recorded. */
  readonly onRevert: (() => void) | null;
}

/** One revision, which can be compared with another, and the way back to it. */
export function HistoryRow({ entry, isLive, isSelected, describe, onSelect, onRevert }: HistoryRowProps) {
  return (
    <RevisionEntry
      entry={entry}
      isLive={isLive}
      isSelected={isSelected}
      aside={
        <Checkbox
          className={classes.compare ?? ''}
          label={m.compare}
          aria-label={m.compareThis(entry.revision)}
          checked={isSelected}
          onChange={onSelect}
        />
      }
      actions={
        onRevert && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onRevert}>
            {m.revert(entry.revision)}
          </Button>
        )
      }
      renderChange={() => <Changed entry={entry} describe={describe} />}
    />
  );
}

function Changed({ entry, describe }: Pick<HistoryRowProps, 'entry' | 'describe'>) {
  const before = describe(entry.before);
  const after = describe(entry.after);
  return (
    <Difference
      before={before.words}
      after={after.words}
      documents={documentsOf(before, after)}
      label={m.diff(entry.revision)}
    />
  );
}
