import type { LifecycleView } from '@glidepath/server/api-types';
import { Sentence } from '../../kit/sentence.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { Day } from './day.tsx';
import classes from './lifecycle.module.css';
import { lifecycleMessages as m } from './messages.ts';
import { CHECK_MARKS, passed, READINESS_MARKS } from './standing.ts';

type Readiness = LifecycleView['readiness'];

/** `Ready 6/6`. */
export function ReadinessMark({ readiness }: { readonly readiness: Readiness }) {
  const { kind } = readiness;
  return <StatusMark state={READINESS_MARKS[kind]} label={m.readiness[kind](passed(readiness))} />;
}

/** Everything that was looked at before a flag may go, and what was found. */
export function Checks({ checks }: Pick<Readiness, 'checks'>) {
  return (
    <ul className={classes.checks} aria-label={m.card.checks}>
      {checks.map(({ code, outcome, sentence, since }) => (
        <li key={code} className={classes.check} data-outcome={outcome}>
          <span className={classes.checkMark}>
            <StatusMark state={CHECK_MARKS[outcome]} label="" />
            <span className="gp-visually-hidden">{m.outcomes[outcome]}</span>
          </span>
          <span>
            <Sentence text={sentence} />
            {since !== null && (
              <>
                {' '}
                <span className={classes.day}>
                  {m.dated[code]} <Day at={since} />
                </span>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What the code gets in the place of the flag. */
export function Forward({ forward }: Pick<LifecycleView, 'forward'>) {
  if (forward === null) return <span className={classes.aside}>{m.card.keepsNothing}</span>;
  return <Sentence text={m.card.keeps(forward.variation, JSON.stringify(forward.value))} />;
}
