import { Navigate } from '@tanstack/react-router';
import { useSession } from '../lib/session.tsx';

/** Whoever operates begins with the situation, everybody else with the flags. */
export function Home() {
  const { may } = useSession();
  return <Navigate to={may('rollout.run') ? '/now' : '/flags'} search={{}} replace />;
}
