import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { digestTimesQuery } from './digest-queries.ts';
import classes from './lifecycle.module.css';
import { settingsMessages as m } from './settings-messages.ts';
import { timeInZone } from './time-in-zone.ts';

const PAUSE_MS = 400;

export interface DigestTimesProps {
  readonly cron: string;
  readonly zone: string;
}

/** What five fields mean: the next three times in words, or what is wrong with them. */
export function DigestTimes({ cron, zone }: DigestTimesProps) {
  const { api } = useServices();
  const { project } = useSession();
  const [asked] = useDebouncedValue({ cron, zone }, PAUSE_MS);
  const { data, error } = useQuery(digestTimesQuery(api, project, asked));
  return (
    <div role="status">
      <Text size="sm" fw={600}>
        {m.times}
      </Text>
      {error && (
        <Text size="sm" c="red">
          {error.message}
        </Text>
      )}
      {!data && !error && <Text size="sm">{m.timesLoading}</Text>}
      {data && (
        <ol className={classes.times}>
          {data.times.map((time) => (
            <li key={time}>
              <time dateTime={time}>{timeInZone(time, asked.zone)}</time>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
