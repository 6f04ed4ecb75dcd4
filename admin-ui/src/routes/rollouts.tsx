import { rolloutMessages as m } from '../features/rollouts/messages.ts';
import { RolloutList } from '../features/rollouts/rollout-list.tsx';
import { Page } from '../kit/page.tsx';

export function RolloutsPage() {
  return (
    <Page wide name={m.title} title={m.title} lead={m.lead}>
      <RolloutList />
    </Page>
  );
}
