import { getRouteApi } from '@tanstack/react-router';
import { LifecycleTab } from '../features/lifecycle/lifecycle-tab.tsx';
import { lifecycleMessages as m } from '../features/lifecycle/messages.ts';
import { FlagUsage } from '../features/usage/flag-usage.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/lifecycle');

/** Where a flag is in its life, with the evaluations that tell so. */
export function FlagLifecyclePage() {
  const { key } = route.useParams();
  return (
    <FlagFrame flagKey={key} part={m.tab.title}>
      {(flag) => (
        <>
          <LifecycleTab flag={flag} />
          <FlagUsage flag={flag} usually="day" />
        </>
      )}
    </FlagFrame>
  );
}
