import type { FlagRow } from '@glidepath/server/api-types';
import { Link } from '@tanstack/react-router';
import type { Need } from '../../lib/need.ts';
import { nowMessages } from './messages.ts';
import classes from './now.module.css';

const m = nowMessages.needs;

/** A flag that is killed stays so until somebody restores it or takes it out. */
export function needsOfKills(rows: readonly FlagRow[]): readonly Need[] {
  return rows.flatMap(({ key, environments }) =>
    environments.flatMap(({ environment, killed }) =>
      killed === null
        ? []
        : [
            {
              id: `${key} in ${environment}`,
              verb: m.review,
              what: (
                <>
                  <Link to="/switches/$key" params={{ key }} search={{ env: environment }} className={classes.link}>
                    {key}
                  </Link>{' '}
                  {m.killed(killed.reason)}
                </>
              ),
              since: killed.at,
              environment,
            },
          ],
    ),
  );
}
