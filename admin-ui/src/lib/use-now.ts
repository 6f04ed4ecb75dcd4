import { useEffect, useState } from 'react';
import { useServices } from './services.tsx';

/** The server's time, renewed every `intervalMs`. */
export function useNow(intervalMs = 30_000): number {
  const { clock } = useServices();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), intervalMs);
    return () => clearInterval(timer);
  }, [clock, intervalMs]);
  return now;
}
