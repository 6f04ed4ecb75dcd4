import { Text } from '@mantine/core';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import type { Need } from '../../lib/need.ts';
import { useNow } from '../../lib/use-now.ts';
import { nowMessages } from './messages.ts';
import classes from './now.module.css';
import { Panel } from './panel.tsx';

const m = nowMessages.needs;

/** What waits for a person, longest first. */
export function NeedsPanel({ needs }: { readonly needs: readonly Need[] }) {
  const now = useNow();
  const ordered = needs.toSorted((a, b) => a.since.localeCompare(b.since));
  return (
    <Panel title={m.title(needs.length)}>
      {needs.length === 0 ? (
        <Text c="dimmed">{m.none}</Text>
      ) : (
        <ul className={classes.list}>
          {ordered.map(({ id, verb, what, since, environment }) => (
            <li key={id} className={classes.need}>
              <span className={classes.verb}>{verb}</span>
              <span className={classes.what}>
                {what}
                <span className={classes.aside}>
                  <EnvironmentName environment={environment} /> <TimeText at={since} now={now} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
