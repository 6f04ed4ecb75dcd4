import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { accessMessages as m } from '../features/access/messages.ts';
import { SetUpPage } from '../features/access/set-up-page.tsx';
import { SignInPage } from '../features/access/sign-in-page.tsx';
import { EmptyState } from '../kit/empty-state.tsx';
import { ErrorNotice } from '../kit/error-notice.tsx';
import { ApiError } from '../lib/problem.ts';
import { useServices } from '../lib/services.tsx';
import { SessionProvider } from '../lib/session.tsx';
import { projectInPath, setUpTokenOf } from './location.ts';
import { sessionQuery } from './session-query.ts';

/** Shows the pages to whoever is signed in, and the way in to everybody else. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const services = useServices();
  const session = useQuery(sessionQuery(services));
  const [token, setToken] = useState(() => setUpTokenOf(location));

  if (token !== null) {
    const leaveSetUp = async () => {
      history.replaceState(null, '', '/');
      await session.refetch();
      setToken(null);
    };
    return <SetUpPage token={token} onSignedIn={leaveSetUp} />;
  }
  if (session.data) {
    const { projects } = session.data;
    const project = projectInPath(location.pathname) ?? projects[0]?.key ?? '';
    if (!projects.some(({ key }) => key === project)) return <NoProject project={project} />;
    return (
      <SessionProvider session={session.data} project={project}>
        {children}
      </SessionProvider>
    );
  }
  if (session.isPending) return <Starting />;
  if (session.error instanceof ApiError && session.error.status === 401) {
    return <SignInPage onSignedIn={() => session.refetch()} />;
  }
  return (
    <Center component="main" p="xl">
      <ErrorNotice failed={m.session.failed} error={session.error} onRetry={() => void session.refetch()} />
    </Center>
  );
}

function NoProject({ project }: { readonly project: string }) {
  return (
    <Center component="main" p="xl">
      <EmptyState title={m.session.noProject(project)} />
    </Center>
  );
}

function Starting() {
  return (
    <Center mih="60vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
