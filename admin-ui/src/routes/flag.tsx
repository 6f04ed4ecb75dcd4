import { getRouteApi } from '@tanstack/react-router';
import { FlagOverview } from '../features/flags/flag-overview.tsx';
import { flagMessages as m } from '../features/flags/messages.ts';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key');

/** A flag: who gets what in every environment. */
export function FlagPage() {
  const { key } = route.useParams();
  return (
    <FlagFrame flagKey={key} part={m.flag.overview}>
      {(flag) => <FlagOverview flag={flag} />}
    </FlagFrame>
  );
}
