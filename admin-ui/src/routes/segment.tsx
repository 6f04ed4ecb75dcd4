import { getRouteApi } from '@tanstack/react-router';
import { segmentMessages as m } from '../features/segments/messages.ts';
import { SegmentDefinition } from '../features/segments/segment-definition.tsx';
import { SegmentHistory } from '../features/segments/segment-history.tsx';
import { SegmentOverview } from '../features/segments/segment-overview.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { SegmentFrame } from './segment-frame.tsx';

const overview = getRouteApi('/segments/$key');
const definition = getRouteApi('/segments/$key/definition/$env');
const history = getRouteApi('/segments/$key/history');

export function SegmentPage() {
  const { key } = overview.useParams();
  const navigate = overview.useNavigate();
  return (
    <SegmentFrame segmentKey={key} part={m.tabs.overview}>
      {(segment) => <SegmentOverview segment={segment} onDeleted={() => void navigate({ to: '/segments' })} />}
    </SegmentFrame>
  );
}

/** Who belongs to one segment in the one environment that the address names. */
export function SegmentDefinitionPage() {
  const { key, env } = definition.useParams();
  const navigate = definition.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) {
    return (
      <ChooseEnvironment
        onChoose={(chosen) => void navigate({ to: '/segments/$key/definition/$env', params: { key, env: chosen } })}
      />
    );
  }
  return (
    <SegmentFrame segmentKey={key} part={m.definition.title(environmentWord(environment))} environment={environment}>
      {(segment) => <SegmentDefinition key={`${key} ${env}`} segment={segment} environment={environment} />}
    </SegmentFrame>
  );
}

export function SegmentHistoryPage() {
  const { key } = history.useParams();
  const { env } = history.useSearch();
  const navigate = history.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(chosen) => void navigate({ search: { env: chosen } })} />;
  return (
    <SegmentFrame segmentKey={key} part={m.history.title(environmentWord(environment))} environment={environment}>
      {(segment) => <SegmentHistory key={env} segment={segment} environment={environment} />}
    </SegmentFrame>
  );
}
