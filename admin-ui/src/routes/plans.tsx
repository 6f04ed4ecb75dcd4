import { rolloutMessages } from '../features/rollouts/messages.ts';
import { PlanList } from '../features/rollouts/plan-list.tsx';
import { SettingsFrame } from './settings-frame.tsx';

/** The templates of rollouts. */
export function PlansPage() {
  return (
    <SettingsFrame part={rolloutMessages.plans.title}>
      <PlanList />
    </SettingsFrame>
  );
}
