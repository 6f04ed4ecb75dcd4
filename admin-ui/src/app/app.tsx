import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { SignInDialog } from '../features/access/sign-in-dialog.tsx';
import { KitProvider } from '../kit/kit-provider.tsx';
import { AnnounceProvider } from '../lib/announce.tsx';
import { isTransient } from '../lib/problem.ts';
import { type Services, ServicesProvider, useServices } from '../lib/services.tsx';
import type { createAppRouter } from './router.tsx';
import { SessionGate } from './session-gate.tsx';
import { sessionQuery } from './session-query.ts';

const MOST_RETRIES = 2;

export function createAppQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // What an operator sees must be fresh; a refusal is an answer and is not asked for again.
      queries: { staleTime: 1_000, retry: (count, error) => count < MOST_RETRIES && isTransient(error) },
    },
  });
}

export interface AppProps {
  readonly services: Services;
  readonly queries: QueryClient;
  readonly router: ReturnType<typeof createAppRouter>;
  readonly styleNonce: string;
}

export function App({ services, queries, router, styleNonce }: AppProps) {
  return (
    <KitProvider styleNonce={styleNonce}>
      <ServicesProvider services={services}>
        <QueryClientProvider client={queries}>
          <AnnounceProvider>
            <SessionGate>
              <RouterProvider router={router} />
              <Return />
            </SessionGate>
          </AnnounceProvider>
        </QueryClientProvider>
      </ServicesProvider>
    </KitProvider>
  );
}

/** The way back in when a session ends in the middle of something. */
function Return() {
  const services = useServices();
  const queries = useQueryClient();
  return (
    <SignInDialog
      onSignedIn={() => queries.fetchQuery({ ...sessionQuery(services), staleTime: 0 })}
      onLeave={() => void queries.resetQueries()}
    />
  );
}
