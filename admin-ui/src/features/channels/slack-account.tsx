import { Button, Code, CopyButton, Group, List, Skeleton, Stack, Text } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import type { Api } from '../../lib/api.ts';
import { useServices } from '../../lib/services.tsx';
import { useNow } from '../../lib/use-now.ts';
import classes from './channels.module.css';
import { channelMessages } from './messages.ts';

const m = channelMessages.link;
const PATH = '/api/v1/me/slack-link';
const RENEWED_MS = 3_000;

interface SlackLinks {
  readonly isAvailable: boolean;
  readonly persons: readonly { readonly person: string; readonly linkedAt: string }[];
}

interface LinkCode {
  readonly code: string;
  readonly expiresAt: string;
}

function slackLinksQuery(api: Api) {
  return queryOptions({
    queryKey: ['slack-links'],
    queryFn: ({ signal }) => api.get<SlackLinks>(PATH, { signal }),
    // A code is redeemed at Slack: what comes of it shows here by itself.
    refetchInterval: RENEWED_MS,
  });
}

/** Who the member is at Slack, and the code by which they show it there. */
export function SlackAccount() {
  const { api, newId } = useServices();
  const now = useNow();
  const { data, error, refetch } = useQuery(slackLinksQuery(api));
  const making = useMutation({ mutationFn: () => api.post<LinkCode>(PATH, { idempotencyKey: newId() }) });
  if (!data) {
    if (error) return <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />;
    return <Skeleton height={160} />;
  }
  if (!data.isAvailable) {
    return (
      <Text>
        <Sentence text={m.unavailable} />
      </Text>
    );
  }
  return (
    <>
      <TitledPart title={m.linked}>
        {data.persons.length === 0 ? (
          <Text>{m.none}</Text>
        ) : (
          <List>
            {data.persons.map(({ person, linkedAt }) => (
              <List.Item key={person}>
                <code>{person}</code> {m.since} <TimeText at={linkedAt} now={now} />
              </List.Item>
            ))}
          </List>
        )}
      </TitledPart>
      <Group>
        <Button disabled={making.isPending} onClick={() => making.mutate()}>
          {m.make}
        </Button>
        {data.persons.length > 0 && <Unlink />}
      </Group>
      {making.error && <ErrorNotice failed={m.makeFailed} error={making.error} />}
      {making.data && <ShownCode made={making.data} now={now} />}
    </>
  );
}

function ShownCode({ made: { code, expiresAt }, now }: { readonly made: LinkCode; readonly now: number }) {
  return (
    <TitledPart title={m.code}>
      <Stack gap="xs">
        <Text>
          {m.codeHow} <TimeText at={expiresAt} now={now} />.
        </Text>
        <Code block className={classes.payload}>
          {code}
        </Code>
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <div>
              <Button variant="default" onClick={copy}>
                {copied ? m.copied : m.copy}
              </Button>
            </div>
          )}
        </CopyButton>
      </Stack>
    </TitledPart>
  );
}

function Unlink() {
  const { api, newId } = useServices();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const unlink = useMutation({
    mutationFn: () => api.remove(PATH, { idempotencyKey: newId() }),
    onSuccess() {
      setAsking(false);
      return queries.invalidateQueries({ queryKey: ['slack-links'] });
    },
  });
  return (
    <>
      <Button variant="outline" color="red" onClick={() => setAsking(true)}>
        {m.unlink}
      </Button>
      <TypedConfirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        action={m.unlinkAction}
        effect={m.unlinkWhy}
        word={m.unlinkWord}
        sending={unlink.isPending}
        failure={unlink.isError && <ErrorNotice failed={m.unlinkFailed} error={unlink.error} />}
        onConfirm={() => unlink.mutate()}
      />
    </>
  );
}
