import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { CleanUp } from '../features/lifecycle/clean-up.tsx';
import { CleanUpTabs } from '../features/lifecycle/cleanup-tabs.tsx';
import { DigestAndReminders } from '../features/lifecycle/digest-page.tsx';
import { lifecycleMessages as m } from '../features/lifecycle/messages.ts';
import { Page } from '../kit/page.tsx';

const route = getRouteApi('/cleanup/');

/** The stale flags of the project; what is asked for lives in the address. */
export function CleanUpPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Frame part={m.tabs.flags}>
      <CleanUp
        search={search}
        onChange={(change, replace) => void navigate({ search: (before) => ({ ...before, ...change }), replace })}
      />
    </Frame>
  );
}

export function DigestPage() {
  return (
    <Frame part={m.tabs.digest}>
      <DigestAndReminders />
    </Frame>
  );
}

function Frame({ part, children }: { readonly part: string; readonly children: ReactNode }) {
  return (
    <Page wide name={`${part} · ${m.title}`} title={m.title} lead={m.lead}>
      <CleanUpTabs />
      {children}
    </Page>
  );
}
