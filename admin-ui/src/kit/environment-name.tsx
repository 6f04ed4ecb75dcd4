import { useEnvironment } from '../lib/session.tsx';
import { EnvironmentChip } from './environment-chip.tsx';

/** The chip of an environment of this project by its key; the key alone where there is no such environment any more. */
export function EnvironmentName({ environment: key }: { readonly environment: string }) {
  const environment = useEnvironment(key);
  return environment ? <EnvironmentChip environment={environment} /> : key;
}
