import { Link } from '@tanstack/react-router';
import { EnvironmentChip } from '../../kit/environment-chip.tsx';
import { criticalFirst, useSession } from '../../lib/session.tsx';
import { nowMessages as m } from './messages.ts';
import classes from './now.module.css';

/** All environments side by side, or one of them. */
export function EnvironmentLinks() {
  const { environments } = useSession();
  return (
    <nav aria-label={m.environments} className={classes.environments}>
      <Link to="/now" search={{}} activeOptions={{ exact: true, includeSearch: true }} className={classes.environment}>
        {m.all}
      </Link>
      {criticalFirst(environments).map((environment) => (
        <Link
          key={environment.key}
          to="/now"
          search={{ env: environment.key }}
          activeOptions={{ exact: true, includeSearch: true }}
          className={classes.environment}
        >
          <EnvironmentChip environment={environment} />
        </Link>
      ))}
    </nav>
  );
}
