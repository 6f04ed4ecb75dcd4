import type { LifecycleView } from '@glidepath/server/api-types';
import { Day } from './day.tsx';
import classes from './lifecycle.module.css';
import { lifecycleMessages as m } from './messages.ts';
import { stagesOf } from './stages.ts';

/** Where a flag is in its life, and since when. */
export function StageLine({ stage, stageSince }: Pick<LifecycleView, 'stage' | 'stageSince'>) {
  return (
    <ol className={classes.stages} aria-label={m.tab.life}>
      {stagesOf(stage).map((one) => (
        <li
          key={one}
          className={classes.stage}
          data-now={one === stage}
          aria-current={one === stage ? 'step' : undefined}
        >
          <span className={classes.stageName}>{m.stages[one]}</span>
          {one === stage ? (
            <>
              {m.stageMeanings[one]} {m.tab.since} <Day at={stageSince} />.
            </>
          ) : (
            m.stageMeanings[one]
          )}
        </li>
      ))}
    </ol>
  );
}
