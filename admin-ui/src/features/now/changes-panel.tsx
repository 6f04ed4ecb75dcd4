import { Skeleton, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { appliedWords } from '../../kit/propagation.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { nowMessages } from './messages.ts';
import classes from './now.module.css';
import { Panel } from './panel.tsx';
import type { DeliveredChange } from './use-changes.ts';

const m = nowMessages.changes;
const SLOW_AFTER_MS = 5_000;

/** What was changed last, by whom, and whether the fleet has it. */
export function ChangesPanel({ changes }: { readonly changes: readonly DeliveredChange[] | null }) {
  return (
    <Panel title={m.title(changes?.length ?? 0)}>
      {changes === null && <Skeleton height={160} />}
      {changes?.length === 0 && <Nothing />}
      {changes !== null && changes.length > 0 && (
        <ol className={classes.list} reversed>
          {changes.map((change) => (
            <Change key={`${change.environment} ${change.version}`} change={change} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Nothing() {
  const { may } = useSession();
  return (
    <>
      <Text c="dimmed" mb="sm">
        {m.none}
      </Text>
      {may('flag.edit') && <LinkButton to="/flags/new">{m.create}</LinkButton>}
    </>
  );
}

function Change({ change }: { readonly change: DeliveredChange }) {
  const now = useNow();
  const { at, by, environment, summary, version, delivery } = change;
  const isSlow = now - Date.parse(at) > SLOW_AFTER_MS;
  return (
    <li className={classes.change}>
      <span className={classes.changeHead}>
        <TimeText at={at} now={now} />
        <EnvironmentName environment={environment} />
        <span>{by ?? m.unknown}</span>
        <span className={classes.applied}>
          {delivery === null || delivery.connected === 0 ? m.version(version) : appliedWords(delivery, isSlow)}
        </span>
      </span>
      <span>
        <Subjects change={change} />
        {summary.length === 0 ? m.removed : <Sentence text={summary.join('; ')} />}
      </span>
    </li>
  );
}

/** What was changed, with the way there. */
function Subjects({ change: { items, environment } }: { readonly change: DeliveredChange }) {
  const flags = [...new Set(items.filter(({ kind }) => kind === 'flag').map(({ key }) => key))];
  return flags.map((key) => (
    <span key={key}>
      <Link to="/flags/$key/history" params={{ key }} search={{ env: environment }} className={classes.link}>
        {key}
      </Link>{' '}
    </span>
  ));
}
