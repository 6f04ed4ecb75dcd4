import type { LifecycleView, NudgeView } from '@glidepath/server/api-types';
import { Button, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { SlackMessage } from '../../kit/slack-message.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { useAnnounce } from '../../lib/announce.tsx';
import { useNames } from '../../lib/members-query.ts';
import { flagPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { actionMessages } from './action-messages.ts';
import { Day } from './day.tsx';
import classes from './lifecycle.module.css';
import { renewLives } from './lifecycle-queries.ts';
import { type NoNudge, noNudge } from './standing.ts';

const m = actionMessages.nudge;

/** Reminds the owner of a flag, once what is sent was read; says why where that cannot be. */
export function NudgeButton({ view }: { readonly view: LifecycleView }) {
  const { may } = useSession();
  const nameOf = useNames();
  const now = useNow();
  const why = useId();
  const [isOpen, setOpen] = useState(false);
  const obstacle = noNudge(view, now);
  const owner = view.owner === null ? m.owner : nameOf(view.owner);
  return (
    <>
      <Button
        variant="default"
        size="sm"
        disabled={!may('flag.edit') || obstacle !== null}
        aria-label={m.of(owner, view.flag)}
        aria-describedby={obstacle === null ? undefined : why}
        onClick={() => setOpen(true)}
      >
        {m.button(owner)}
      </Button>
      {obstacle && (
        <span id={why} className={classes.obstacle}>
          <Obstacle obstacle={obstacle} owner={owner} now={now} />
        </span>
      )}
      {isOpen && <NudgeDialog flag={view.flag} owner={owner} onClose={() => setOpen(false)} />}
    </>
  );
}

interface ObstacleProps {
  readonly obstacle: NoNudge;
  readonly owner: string;
  readonly now: number;
}

function Obstacle({ obstacle, owner, now }: ObstacleProps) {
  if (obstacle.kind === 'nobody') return m.nobody;
  return (
    <>
      {obstacle.kind === 'nudged' ? m.was(owner) : m.kept}{' '}
      {obstacle.kind === 'nudged' ? <TimeText at={obstacle.at} now={now} /> : <Day at={obstacle.at} />}.
    </>
  );
}

interface NudgeDialogProps {
  readonly flag: string;
  readonly owner: string;
  readonly onClose: () => void;
}

function NudgeDialog({ flag, owner, onClose }: NudgeDialogProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [idempotencyKey] = useState(newId);
  const path = `${flagPath(project, flag)}/nudge`;
  const preview = useQuery({
    queryKey: ['nudge-preview', project, flag],
    queryFn: ({ signal }) => api.post<NudgeView>(path, { body: { dryRun: true }, signal }),
    gcTime: 0,
    retry: false,
  });
  const send = useMutation({
    mutationFn: () => api.post<NudgeView>(path, { body: { dryRun: false }, idempotencyKey }),
    onSuccess() {
      announce(m.sent(owner));
      onClose();
      return renewLives(queries, project, flag);
    },
  });
  const isReady = preview.data !== undefined && preview.data.channels.length > 0;
  return (
    <FormDialog
      opened
      size="lg"
      title={m.title(owner)}
      action={m.action}
      isReady={isReady}
      failed={m.failed}
      creation={send}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (isReady) send.mutate();
      }}
      onClose={onClose}
    >
      {preview.isPending && <Skeleton height={120} role="status" aria-label={m.loading} />}
      {preview.isError && (
        <ErrorNotice failed={m.previewFailed} error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {preview.data && <Preview nudge={preview.data} />}
    </FormDialog>
  );
}

function Preview({ nudge: { channels, blocks } }: { readonly nudge: NudgeView }) {
  return (
    <section aria-label={m.preview} className={classes.preview}>
      {channels.length === 0 ? (
        <Text>{m.nowhere}</Text>
      ) : (
        <Text>
          <Sentence text={m.to(channels)} />
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {m.preview}
      </Text>
      <SlackMessage blocks={blocks} />
    </section>
  );
}
