import type { IncidentView } from '@glidepath/server/api-types';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../kit/empty-state.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { absoluteTime } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { nowMessages } from './messages.ts';
import classes from './now.module.css';

const m = nowMessages.quiet;

export interface AllQuietProps {
  /** Null where nothing ever happened. */
  readonly since: string | null;
  readonly lastIncident: IncidentView | undefined;
}

/** Nothing waits for anybody, and nothing moves. */
export function AllQuiet({ since, lastIncident }: AllQuietProps) {
  const now = useNow();
  return (
    <EmptyState title={since === null ? m.titleAlways : m.title(absoluteTime(Date.parse(since)))}>
      {lastIncident === undefined ? (
        <p>{m.noIncident}</p>
      ) : (
        <p>
          {m.lastIncident}{' '}
          <Link to="/incidents/$id" params={{ id: lastIncident.id }} className={classes.link}>
            {nowMessages.moving.incident(lastIncident.id, lastIncident.title)}
          </Link>{' '}
          {lastIncident.resolvedAt !== null && (
            <>
              {m.resolved} <TimeText at={lastIncident.resolvedAt} now={now} />
            </>
          )}
        </p>
      )}
    </EmptyState>
  );
}
