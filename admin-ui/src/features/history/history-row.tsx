import type { HistoryEntry } from '@glidepath/server/api-types';
import { Badge, Button, Checkbox, Group, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { Difference } from '../../kit/difference.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useNow } from '../../lib/use-now.ts';
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

/** One revision: who made it, what it changed, and the way back to it. */
export function HistoryRow({ entry, isLive, isSelected, describe, onSelect, onRevert }: HistoryRowProps) {
  const now = useNow();
  const diffId = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={classes.entry} data-selected={isSelected}>
      <Group gap="xs">
        <Text span fw={700} className={classes.revision}>
          {m.revision(entry.revision)}
        </Text>
        {isLive && (
          <Badge variant="light" color="green" tt="none">
            {m.live}
          </Badge>
        )}
        <Text span>{entry.by}</Text>
        <Text span c="dimmed" size="sm">
          <TimeText at={entry.at} now={now} />
          {entry.origin !== 'ui' && ` · ${m.origin(entry.origin)}`}
          {` · ${versionWords(entry)}`}
        </Text>
        <Checkbox
          className={classes.compare ?? ''}
          label={m.compare}
          aria-label={m.compareThis(entry.revision)}
          checked={isSelected}
          onChange={onSelect}
        />
      </Group>
      <ul className={classes.summary}>
        {entry.summary.map((sentence) => (
          <li key={sentence}>
            <Sentence text={sentence} />
          </li>
        ))}
      </ul>
      {entry.comment !== null && <blockquote className={classes.comment}>{entry.comment}</blockquote>}
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={isOpen}
          aria-controls={diffId}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? m.hide(entry.revision) : m.show(entry.revision)}
        </Button>
        {onRevert && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onRevert}>
            {m.revert(entry.revision)}
          </Button>
        )}
      </Group>
      <div id={diffId}>{isOpen && <Changed entry={entry} describe={describe} />}</div>
    </li>
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

function versionWords({ version }: HistoryEntry): string {
  return version === null || version.from === version.to ? m.sameVersion : m.version(version.to);
}
