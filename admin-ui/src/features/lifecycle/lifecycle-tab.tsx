import type { FlagWithEnvironments, LifecycleView } from '@glidepath/server/api-types';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { flagLifecycleQuery } from '../../lib/lifecycle-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { Actions } from './actions.tsx';
import { Checks, Forward, ReadinessMark } from './checks.tsx';
import { Day } from './day.tsx';
import classes from './lifecycle.module.css';
import { lifecycleMessages as m } from './messages.ts';
import { StageLine } from './stage-line.tsx';

/** Where a flag is in its life, what speaks for its removal, and the next step. */
export function LifecycleTab({ flag }: { readonly flag: FlagWithEnvironments }) {
  const { api } = useServices();
  const { project } = useSession();
  const { data: view, error, refetch } = useQuery(flagLifecycleQuery(api, project, flag.key));
  if (view) return <Life view={view} />;
  if (error) return <ErrorNotice failed={m.tab.failed} error={error} onRetry={() => void refetch()} />;
  return <Skeleton height={320} role="status" aria-label={m.tab.loading} />;
}

function Life({ view }: { readonly view: LifecycleView }) {
  return (
    <>
      <TitledPart title={m.tab.stage}>
        <StageLine stage={view.stage} stageSince={view.stageSince} />
      </TitledPart>
      <TitledPart title={m.card.next}>
        <div className={classes.box}>
          <p className={classes.plain}>
            <Sentence text={view.next.sentence} />
          </p>
          <Actions view={view} />
        </div>
      </TitledPart>
      <TitledPart title={m.tab.readiness}>
        <div className={classes.box}>
          <div>
            <ReadinessMark readiness={view.readiness} />
          </div>
          <Checks checks={view.readiness.checks} />
          <p className={classes.plain}>
            <Forward forward={view.forward} />
          </p>
        </div>
      </TitledPart>
      <TitledPart title={m.tab.evidence}>
        <Evidence view={view} />
      </TitledPart>
    </>
  );
}

function Evidence({ view }: { readonly view: LifecycleView }) {
  const now = useNow();
  const { stale, archivedAt, references, evaluatedAt, evaluations7d, lifetimeDays, ageDays, keepUntil } = view;
  return (
    <ul className={`${classes.box} ${classes.known}`}>
      {stale.map(({ code, sentence, since }) => (
        <li key={code}>
          <Sentence text={sentence} /> <Day at={since} />
        </li>
      ))}
      {stale.length === 0 && archivedAt === null && <li>{m.tab.notStale}</li>}
      {!stale.some(({ code }) => code === 'over-age') && <li>{m.tab.lifetime(ageDays, lifetimeDays)}</li>}
      {keepUntil !== null && Date.parse(keepUntil) > now && (
        <li>
          {m.card.kept} <Day at={keepUntil} />
        </li>
      )}
      <li>
        {evaluatedAt === null ? (
          m.tab.never
        ) : (
          <>
            {m.tab.asked(evaluations7d)} {m.tab.lastAsked} <TimeText at={evaluatedAt} now={now} />.
          </>
        )}
      </li>
      <li>
        {references === null ? (
          m.tab.notScanned
        ) : (
          <>
            {m.tab.references(references.count)}, {m.tab.scanned} <TimeText at={references.scannedAt} now={now} />.
          </>
        )}{' '}
        <Link className={classes.link} to="/flags/$key/code" params={{ key: view.flag }}>
          {m.tab.toCode}
        </Link>
      </li>
    </ul>
  );
}
