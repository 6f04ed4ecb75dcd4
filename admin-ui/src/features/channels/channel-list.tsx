import type { ChannelView } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { SecretDialog } from '../../kit/secret-dialog.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { channelsQuery } from './channel-queries.ts';
import { ChannelState } from './channel-state.tsx';
import classes from './channels.module.css';
import { channelMessages as m } from './messages.ts';
import { SendTest } from './send-test.tsx';

/** Where messages go. */
export function ChannelList() {
  const { api } = useServices();
  const { project, may } = useSession();
  const { data, error, refetch } = useQuery(channelsQuery(api, project));
  const [isCreating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const mayEdit = may('channel.edit');

  if (!data) {
    if (error) return <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />;
    return <Skeleton height={200} />;
  }
  return (
    <>
      <Text c="dimmed">{m.lead}</Text>
      <Group>
        <Button leftSection={<IconPlus size={18} aria-hidden />} disabled={!mayEdit} onClick={() => setCreating(true)}>
          {m.form.create}
        </Button>
        {!mayEdit && <Text c="dimmed">{m.mayNot}</Text>}
      </Group>
      {data.items.length === 0 ? (
        <EmptyState title={m.none}>
          <p>{m.noneWhy}</p>
        </EmptyState>
      ) : (
        <SimpleTable label={m.list} columns={columnsFor(mayEdit)} rows={data.items} idOf={({ id }) => id} />
      )}
      {isCreating && (
        <ChannelDialog
          channel={null}
          onClose={() => setCreating(false)}
          onSaved={(made) => {
            setCreating(false);
            setSecret(made);
          }}
        />
      )}
      <SecretDialog title={m.secret} secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

function columnsFor(mayEdit: boolean): readonly Column<ChannelView>[] {
  return [
    { name: m.name, cell: (channel) => <ChannelLink channel={channel} /> },
    { name: m.address, cell: (channel) => <Address channel={channel} /> },
    { name: m.toldOf, cell: (channel) => <ToldOf channel={channel} /> },
    { name: m.state, cell: (channel) => <ChannelState channel={channel} /> },
    { name: m.test, cell: ({ id, name }) => <SendTest id={id} name={name} size="xs" disabled={!mayEdit} /> },
  ];
}

function ChannelLink({ channel: { id, name } }: { readonly channel: ChannelView }) {
  return (
    <div className={classes.name}>
      <Link to="/settings/channels/$id" params={{ id }} className={classes.link}>
        {name}
      </Link>
    </div>
  );
}

function Address({ channel: { kind, address } }: { readonly channel: ChannelView }) {
  return (
    <div className={classes.address}>
      {m.kinds[kind]}
      <br />
      <code>{address}</code>
    </div>
  );
}

/** In full: a channel is read to know what it does not tell. */
export function ToldOf({ channel: { events, environments, tags } }: { readonly channel: ChannelView }) {
  const limits = [...environments, ...tags.map((tag) => `#${tag}`)];
  return (
    <>
      {events.length === 0 ? m.nothing : events.map((event) => m.events[event]).join(' · ')}
      {limits.length > 0 && (
        <Text size="sm" c="dimmed">
          {m.only(limits.join(', '))}
        </Text>
      )}
    </>
  );
}
