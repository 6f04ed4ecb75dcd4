import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ChannelDetail } from '../features/channels/channel-detail.tsx';
import { ChannelList } from '../features/channels/channel-list.tsx';
import { channelQuery } from '../features/channels/channel-queries.ts';
import { channelMessages as m } from '../features/channels/messages.ts';
import { SlackAccount } from '../features/channels/slack-account.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { Page } from '../kit/page.tsx';
import { useServices } from '../lib/services.tsx';
import { useSession } from '../lib/session.tsx';
import { SettingsFrame } from './settings-frame.tsx';

const one = getRouteApi('/settings/channels/$id');

export function ChannelsPage() {
  return (
    <SettingsFrame part={m.title}>
      <ChannelList />
    </SettingsFrame>
  );
}

export function ChannelPage() {
  const { id } = one.useParams();
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(channelQuery(api, project, id));
  return (
    <SettingsFrame part={data === undefined ? m.title : m.titleOf(data.name)}>
      {data && <ChannelDetail channel={data} />}
      {!data && error && <ErrorNotice failed={m.failedOne} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={240} />}
    </SettingsFrame>
  );
}

export function LinkSlackPage() {
  return (
    <Page name={m.link.title} title={m.link.title} lead={m.link.lead}>
      <SlackAccount />
    </Page>
  );
}
