import type { FlagAskerView } from '@glidepath/server/api-types';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import classes from './lifecycle.module.css';
import { flagAskersQuery } from './lifecycle-queries.ts';
import { lifecycleMessages } from './messages.ts';

const m = lifecycleMessages.askers;

/** Which applications have asked for an archived flag since it was archived: whose code is still to be changed. */
export function Askers({ flag }: { readonly flag: string }) {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(flagAskersQuery(api, project, flag));
  if (!data && error) return <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />;
  if (!data || data.items.length === 0) return null;
  return (
    <ul className={classes.askers} aria-label={m.list}>
      {data.items.map((asker) => (
        <Asker key={`${asker.environment} ${asker.application} ${asker.isServed}`} asker={asker} />
      ))}
    </ul>
  );
}

function Asker({ asker }: { readonly asker: FlagAskerView }) {
  const { environment, application, sdk, evaluations, lastAt, instances, isServed } = asker;
  const now = useNow();
  return (
    <li className={classes.asker}>
      <EnvironmentName environment={environment} />
      <strong>{application === '' ? m.unnamed : application}</strong>
      <span>
        {m.asked(evaluations, sdk)} <TimeText at={lastAt} now={now} />
        {!isServed && <>, {m.fallback}</>}
      </span>
      <Link to="/connections" search={{ env: environment }} className={classes.link}>
        {m.connected(instances)}
      </Link>
    </li>
  );
}
