import { getRouteApi } from '@tanstack/react-router';
import { FlagOverview } from '../features/flags/flag-overview.tsx';
import { flagMessages as m } from '../features/flags/messages.ts';
import { FlagUsage } from '../features/usage/flag-usage.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key');

/** A flag: who gets what in every environment, and how often. */
export function FlagPage() {
  const { key } = route.useParams();
  return (
    <FlagFrame flagKey={key} part={m.flag.overview}>
      {(flag) => (
        <>
          <FlagOverview flag={flag} />
          <FlagUsage flag={flag} />
        </>
      )}
    </FlagFrame>
  );
}
