import type { ChannelView, Written } from '@glidepath/server/api-types';
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { ToldOf } from './channel-list.tsx';
import { channelPath } from './channel-queries.ts';
import { ChannelState } from './channel-state.tsx';
import classes from './channels.module.css';
import { channelMessages as m } from './messages.ts';
import { NoticeLog } from './notice-log.tsx';
import { SendTest } from './send-test.tsx';

/** One channel: what it is told, how to try it, and what became of its messages. */
export function ChannelDetail({ channel }: { readonly channel: ChannelView }) {
  const { may } = useSession();
  const mayEdit = may('channel.edit');
  const { id, name, kind, address } = channel;
  return (
    <>
      <dl className={classes.facts}>
        <dt>{m.kind}</dt>
        <dd>{m.kinds[kind]}</dd>
        <dt>{m.address}</dt>
        <dd>
          <code>{address}</code>
        </dd>
        <dt>{m.toldOf}</dt>
        <dd>
          <ToldOf channel={channel} />
        </dd>
        <dt>{m.state}</dt>
        <dd>
          <ChannelState channel={channel} />
        </dd>
      </dl>
      <Group align="flex-start">
        <SendTest id={id} name={name} size="sm" disabled={!mayEdit} />
        <Edit channel={channel} disabled={!mayEdit} />
        <Turn channel={channel} disabled={!mayEdit} />
        <Remove channel={channel} disabled={!mayEdit} />
        {!mayEdit && <Text c="dimmed">{m.mayNot}</Text>}
      </Group>
      <NoticeLog channel={id} mayRetry={mayEdit} />
    </>
  );
}

interface ActionProps {
  readonly channel: ChannelView;
  readonly disabled: boolean;
}

function Edit({ channel, disabled }: ActionProps) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button variant="default" disabled={disabled} onClick={() => setOpen(true)}>
        {m.form.edit}
      </Button>
      {isOpen && <ChannelDialog channel={channel} onClose={close} onSaved={close} />}
    </>
  );
}

function Turn({ channel: { id, revision, isEnabled }, disabled }: ActionProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const turn = useMutation({
    mutationFn: () =>
      api.patch<Written<ChannelView>>(channelPath(project, id), {
        body: { isEnabled: !isEnabled },
        revision,
        idempotencyKey: newId(),
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['channel', project, id] }),
  });
  return (
    <>
      <Button variant="default" disabled={disabled || turn.isPending} onClick={() => turn.mutate()}>
        {isEnabled ? m.turn.off : m.turn.on}
      </Button>
      {turn.isError && <ErrorNotice failed={m.turn.failed} error={turn.error} />}
    </>
  );
}

function Remove({ channel: { id, name, revision }, disabled }: ActionProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.remove(channelPath(project, id), { revision, idempotencyKey: newId() }),
    async onSuccess() {
      queries.removeQueries({ queryKey: ['channel', project, id] });
      await navigate({ to: '/settings/channels' });
    },
  });
  return (
    <>
      <Button variant="outline" color="red" disabled={disabled} onClick={() => setAsking(true)}>
        {m.remove.action}
      </Button>
      <TypedConfirm
        opened={isAsking}
        onClose={() => {
          remove.reset();
          setAsking(false);
        }}
        action={m.remove.actionOf(name)}
        effect={m.remove.why}
        word={name}
        sending={remove.isPending}
        failure={remove.isError && <ErrorNotice failed={m.turn.failed} error={remove.error} />}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
