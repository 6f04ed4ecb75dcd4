import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { DeployFilterBar } from '../features/deploys/deploy-filters.tsx';
import { DeployLog } from '../features/deploys/deploy-log.tsx';
import { DeployTabs } from '../features/deploys/deploy-tabs.tsx';
import { LiveVersions } from '../features/deploys/live-versions.tsx';
import { deployMessages as m } from '../features/deploys/messages.ts';
import { Policies } from '../features/deploys/policies.tsx';
import { Webhooks } from '../features/deploys/webhooks.tsx';
import { Page } from '../kit/page.tsx';
import { useEnvironment } from '../lib/session.tsx';

const route = getRouteApi('/deploys/');

interface FrameProps {
  readonly part: string;
  readonly critical?: boolean;
  readonly children: ReactNode;
}

function Frame({ part, critical = false, children }: FrameProps) {
  return (
    <Page wide name={`${part} · ${m.title}`} title={m.title} lead={m.lead} critical={critical}>
      <DeployTabs />
      {children}
    </Page>
  );
}

export function DeploysPage() {
  const { ignored: _ignored, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(filters.env);
  return (
    <Frame part={m.tabs.log} critical={environment?.critical ?? false}>
      <LiveVersions environment={filters.env} />
      <DeployFilterBar
        filters={filters}
        onFilter={(change) => void navigate({ search: (search) => ({ ...search, ...change }), replace: true })}
      />
      <DeployLog filters={filters} />
    </Frame>
  );
}

export function WebhooksPage() {
  return (
    <Frame part={m.tabs.webhooks}>
      <Webhooks />
    </Frame>
  );
}

export function PoliciesPage() {
  return (
    <Frame part={m.tabs.policies}>
      <Policies />
    </Frame>
  );
}
