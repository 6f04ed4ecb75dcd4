import type { RolloutRecordView, RolloutView } from '@glidepath/server/api-types';
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { PropagationLine } from '../../kit/propagation.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { absoluteTime } from '../../lib/time.ts';
import { useProgress } from '../../lib/use-propagation.ts';
import { reasonOf, stepWords } from './log-words.ts';
import { rolloutMessages } from './messages.ts';
import classes from './rollout-log.module.css';
import { recordsQuery } from './rollout-queries.ts';

const m = rolloutMessages.log;
const FEW = 8;

/** What happened, newest first, with who has applied it. */
export function RolloutLog({ rollout }: { readonly rollout: RolloutView }) {
  const { api } = useServices();
  const { project } = useSession();
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useQuery(recordsQuery(api, project, rollout.id, rollout.revision));
  const records = data?.items.toReversed() ?? [];
  const shown = isWhole ? records : records.slice(0, FEW);
  return (
    <TitledPart title={m.title}>
      {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
      {data && (
        <ol className={classes.log} reversed>
          {shown.map((record) => (
            <Entry key={record.seq} record={record} environment={rollout.environment} />
          ))}
        </ol>
      )}
      {shown.length < records.length && (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          {m.more}
        </Button>
      )}
    </TitledPart>
  );
}

interface EntryProps {
  readonly record: RolloutRecordView;
  readonly environment: string;
}

function Entry({ record, environment }: EntryProps) {
  const nameOf = useNames();
  const { at, from, to, percent, cause, actor, version } = record;
  const why = cause === null ? null : reasonOf(cause, nameOf(actor));
  return (
    <li className={classes.entry}>
      <span className={classes.head}>
        <time dateTime={at}>{absoluteTime(Date.parse(at))}</time>
        <span className={classes.what}>{stepWords(from, to)}</span>
        <span>{m.percent(percent)}</span>
        <span className={classes.actor}>{nameOf(actor)}</span>
      </span>
      {why !== null && <span>{why}</span>}
      {version !== null && <Applied environment={environment} at={Date.parse(at)} version={version} />}
    </li>
  );
}

function Applied({
  environment,
  at,
  version,
}: {
  readonly environment: string;
  readonly at: number;
  readonly version: number;
}) {
  const { delivery, slow } = useProgress({ environment, at, version, delivery: null });
  return <PropagationLine propagation={{ kind: 'committed', at, delivery, slow }} />;
}
