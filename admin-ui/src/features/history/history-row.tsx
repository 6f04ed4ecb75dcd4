import type { FlagView, HistoryEntry } from '@glidepath/server/api-types';
import { Badge, Button, Group, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { DiffView } from '../../kit/diff-view.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { recordedConfig, recordedServing } from '../../lib/recorded-config.ts';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import classes from './history.module.css';
import { historyMessages as m } from './messages.ts';

export interface HistoryRowProps {
  readonly flag: FlagView;
  readonly entry: HistoryEntry;
  readonly isLive: boolean;
  readonly onRevert: () => void;
}

export function HistoryRow({ flag, entry, isLive, onRevert }: HistoryRowProps) {
  const { may } = useSession();
  const now = useNow();
  const diffId = useId();
  const [isOpen, setOpen] = useState(false);
  const canRevert = !isLive && recordedConfig(entry.after) !== null && flag.archivedAt === null && may('flag.edit');
  return (
    <li className={classes.entry}>
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
        {canRevert && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onRevert}>
            {m.revert(entry.revision)}
          </Button>
        )}
      </Group>
      <div id={diffId}>{isOpen && <DiffView {...recordedServing(flag, entry)} label={m.diff(entry.revision)} />}</div>
    </li>
  );
}

function versionWords({ version }: HistoryEntry): string {
  return version === null || version.from === version.to ? m.sameVersion : m.version(version.to);
}
