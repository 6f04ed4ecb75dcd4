import type { HistoryEntry } from '@glidepath/server/api-types';
import { Badge, Button, Group, Text } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { useNow } from '../lib/use-now.ts';
import { kitMessages } from './messages.ts';
import classes from './revision-entry.module.css';
import { Sentence } from './sentence.tsx';
import { TimeText } from './time-text.tsx';

const m = kitMessages.history;

/** The revisions of a document, newest first. */
export function RevisionEntries({ children }: { readonly children: ReactNode }) {
  return (
    <ol className={classes.entries} aria-label={m.list}>
      {children}
    </ol>
  );
}

export interface RevisionEntryProps {
  readonly entry: HistoryEntry;
  readonly isLive: boolean;
  readonly isSelected?: boolean;
  /** At the end of its first line. */
  readonly aside?: ReactNode;
  /** Beside the button that shows what changed. */
  readonly actions?: ReactNode;
  /** Draws what the revision changed, once somebody asks for it. */
  readonly renderChange: () => ReactNode;
}

/** One revision: who made it, why, and what it changed. */
export function RevisionEntry(props: RevisionEntryProps) {
  const { entry, isLive, isSelected = false, aside, actions, renderChange } = props;
  const now = useNow();
  const changeId = useId();
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
        {aside}
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
          aria-controls={changeId}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? m.hide(entry.revision) : m.show(entry.revision)}
        </Button>
        {actions}
      </Group>
      <div id={changeId}>{isOpen && renderChange()}</div>
    </li>
  );
}

function versionWords({ version }: HistoryEntry): string {
  return version === null || version.from === version.to ? m.sameVersion : m.version(version.to);
}
