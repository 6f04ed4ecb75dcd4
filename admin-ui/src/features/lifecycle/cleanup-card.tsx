import type { LifecycleView } from '@glidepath/server/api-types';
import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Sentence } from '../../kit/sentence.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useNow } from '../../lib/use-now.ts';
import { Actions } from './actions.tsx';
import { Checks, Forward, ReadinessMark } from './checks.tsx';
import { Day } from './day.tsx';
import classes from './lifecycle.module.css';
import { lifecycleMessages } from './messages.ts';

const m = lifecycleMessages.card;

export interface CleanUpCardProps {
  readonly view: LifecycleView;
  readonly isSelected: boolean;
  readonly onSelect: (isSelected: boolean) => void;
}

/** One stale flag: why it stands here, what was looked at, and what can be done. */
export function CleanUpCard({ view, isSelected, onSelect }: CleanUpCardProps) {
  const nameOf = useNames();
  const now = useNow();
  const { flag, name, owner, ageDays, lifetimeDays, stale, keepUntil } = view;
  const isOverAge = lifetimeDays !== null && ageDays > lifetimeDays;
  return (
    <article className={classes.card} aria-label={flag} data-selected={isSelected}>
      <header className={classes.cardHead}>
        <Checkbox
          aria-label={lifecycleMessages.list.select(flag)}
          checked={isSelected}
          onChange={(event) => onSelect(event.currentTarget.checked)}
        />
        <h2 className={classes.key}>
          <Link to="/flags/$key/lifecycle" params={{ key: flag }}>
            {flag}
          </Link>
        </h2>
        {name !== flag && <span className={classes.name}>{name}</span>}
        <span className={classes.facts}>
          <span>
            {m.age(ageDays)}
            {isOverAge && <span className={classes.over}> {m.overAge(lifetimeDays)}</span>}
          </span>
          <span>{owner === null ? m.nobody : nameOf(owner)}</span>
          <ReadinessMark readiness={view.readiness} />
        </span>
      </header>
      <ul className={classes.reasons} aria-label={m.why}>
        {stale.map(({ code, sentence }) => (
          <li key={code}>
            <Sentence text={sentence} />
          </li>
        ))}
        {keepUntil !== null && Date.parse(keepUntil) > now && (
          <li>
            {m.kept} <Day at={keepUntil} />
          </li>
        )}
      </ul>
      <Checks checks={view.readiness.checks} />
      <p className={classes.next}>
        <strong>{m.next}: </strong>
        <Sentence text={view.next.sentence} /> <Forward forward={view.forward} />
      </p>
      <Actions view={view} />
    </article>
  );
}
