import type { DigestPreviewView } from '@glidepath/server/api-types';
import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { SlackMessage } from '../../kit/slack-message.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { digestQuery } from './digest-queries.ts';
import classes from './lifecycle.module.css';
import { SendDigest } from './send-digest.tsx';
import { settingsMessages } from './settings-messages.ts';

const m = settingsMessages.preview;

/** What the next digest and the next reminders say, and who gets them. */
export function DigestPreview() {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(digestQuery(api, project));
  return (
    <>
      <TitledPart title={m.title}>
        {data && <Digest digest={data} />}
        {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={240} role="status" aria-label={m.loading} />}
      </TitledPart>
      {data && (
        <TitledPart title={m.nudges}>
          <Nudges nudges={data.nudges} />
        </TitledPart>
      )}
    </>
  );
}

function Digest({ digest }: { readonly digest: DigestPreviewView }) {
  const { dueAt, channels, messages } = digest;
  const now = useNow();
  return (
    <div className={classes.preview}>
      <Text>
        {dueAt === null ? (
          m.off
        ) : (
          <>
            {m.due} <TimeText at={dueAt} now={now} />.
          </>
        )}{' '}
        {channels.length === 0 ? m.nowhere : <Sentence text={m.to(channels)} />}
      </Text>
      {channels.length === 0 && (
        <div>
          <LinkButton to="/settings/channels" variant="default" size="xs">
            {m.channels}
          </LinkButton>
        </div>
      )}
      {messages.length === 0 && <Text c="dimmed">{m.nothing}</Text>}
      {messages.map(({ blocks }, index) => (
        <SlackMessage key={index} blocks={blocks} />
      ))}
      <SendDigest digest={digest} />
    </div>
  );
}

function Nudges({ nudges }: Pick<DigestPreviewView, 'nudges'>) {
  const nameOf = useNames();
  if (nudges.length === 0) return <Text c="dimmed">{m.nobody}</Text>;
  return (
    <ul className={classes.nudges}>
      {nudges.map(({ owner, flags }) => (
        <li key={owner}>
          <strong>{m.nudge(owner === null ? m.unowned : nameOf(owner), flags.length)}</strong>: {flags.join(', ')}
        </li>
      ))}
    </ul>
  );
}
