import { getRouteApi } from '@tanstack/react-router';
import { variationMessages as m } from '../features/variations/messages.ts';
import { Variations } from '../features/variations/variations.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/variations');

/** What a flag can serve: shared by all environments. */
export function FlagVariationsPage() {
  const { key } = route.useParams();
  return (
    <FlagFrame flagKey={key} part={m.title}>
      {(flag) => <Variations key={key} flag={flag} />}
    </FlagFrame>
  );
}
