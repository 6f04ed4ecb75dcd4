import { getRouteApi } from '@tanstack/react-router';
import { FlagOverview } from '../features/flags/flag-overview.tsx';
import { flagMessages as m } from '../features/flags/messages.ts';
import { FlagRollouts } from '../features/rollouts/flag-rollouts.tsx';
import { FlagUsage } from '../features/usage/flag-usage.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key');

/** A flag: who gets what in every environment, what is being rolled out, and how often it is evaluated. */
export function FlagPage() {
  const { key } = route.useParams();
  return (
    <FlagFrame flagKey={key} part={m.flag.overview}>
      {(flag) => (
        <>
          <FlagOverview flag={flag}>
            <FlagRollouts flag={flag} />
          </FlagOverview>
          <FlagUsage flag={flag} />
        </>
      )}
    </FlagFrame>
  );
}
