import type { SessionView } from '@glidepath/server/api-types';
import { createContext, type ReactNode, useContext, useMemo } from 'react';

export type SessionEnvironment = SessionView['environments'][number];

export interface ProjectSession {
  readonly session: SessionView;
  /** Key of the project that the pages show. */
  readonly project: string;
  /** Its environments, in their order. */
  readonly environments: readonly SessionEnvironment[];
  /** Whether the member may do this in the project. */
  may(action: string): boolean;
}

const SessionContext = createContext<ProjectSession | null>(null);

export interface SessionProviderProps {
  readonly session: SessionView;
  readonly project: string;
  readonly children: ReactNode;
}

export function SessionProvider({ session, project, children }: SessionProviderProps) {
  const value = useMemo(() => projectSessionOf(session, project), [session, project]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

function projectSessionOf(session: SessionView, project: string): ProjectSession {
  const environments = session.environments
    .filter((environment) => environment.project === project)
    .toSorted((a, b) => a.position - b.position);
  const actions = new Set([...(session.permissions['*'] ?? []), ...(session.permissions[project] ?? [])]);
  return { session, project, environments, may: (action) => actions.has(action) };
}

export function useSession(): ProjectSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession outside of SessionProvider');
  return session;
}

/** Critical ones first, then the nearest to them: that is what people come for. */
export function criticalFirst(environments: readonly SessionEnvironment[]): readonly SessionEnvironment[] {
  return environments.toSorted((a, b) => Number(b.critical) - Number(a.critical) || b.position - a.position);
}

/** The environment with this key; null when there is none, or none was named. */
export function useEnvironment(key: string | undefined): SessionEnvironment | null {
  return useSession().environments.find((environment) => environment.key === key) ?? null;
}
