import type { SegmentConfigView, SegmentView } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EnvironmentCard, EnvironmentCards } from '../../kit/environment-card.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { Sentences } from '../../kit/sentence.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { criticalFirst, type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { DeleteSegment } from './delete-segment.tsx';
import { DescribeSegment } from './describe-segment.tsx';
import { segmentMessages } from './messages.ts';
import classes from './segment-overview.module.css';
import { definitionQuery } from './segment-queries.ts';
import { SegmentUsers } from './segment-users.tsx';

const m = segmentMessages.segment;

export interface SegmentOverviewProps {
  readonly segment: SegmentView;
  readonly onDeleted: () => void;
}

/** Who belongs to a segment in every environment, and who relies on it. */
export function SegmentOverview({ segment, onDeleted }: SegmentOverviewProps) {
  const { environments, may } = useSession();
  const ordered = criticalFirst(environments);
  const mayEdit = may('segment.edit');
  const [asked, ask] = useState<'describe' | 'delete' | null>(null);
  return (
    <>
      <TitledPart title={m.belongs}>
        <EnvironmentCards>
          {ordered.map((environment) => (
            <InEnvironment key={environment.key} segment={segment.key} environment={environment} />
          ))}
        </EnvironmentCards>
      </TitledPart>
      <SegmentUsers segment={segment.key} />
      <Details segment={segment} />
      <Group gap="sm">
        <Button variant="default" disabled={!mayEdit} onClick={() => ask('describe')}>
          {m.describe}
        </Button>
        <Button variant="outline" color="red" disabled={!mayEdit} onClick={() => ask('delete')}>
          {segmentMessages.remove.action}
        </Button>
        {!mayEdit && <Text c="dimmed">{segmentMessages.mayNot}</Text>}
      </Group>
      <DescribeSegment
        key={segment.revision}
        opened={asked === 'describe'}
        segment={segment}
        onClose={() => ask(null)}
      />
      <DeleteSegment
        opened={asked === 'delete'}
        segment={segment}
        onClose={() => ask(null)}
        onDeleted={() => {
          ask(null);
          onDeleted();
        }}
      />
    </>
  );
}

interface InEnvironmentProps {
  readonly segment: string;
  readonly environment: SessionEnvironment;
}

function InEnvironment({ segment, environment }: InEnvironmentProps) {
  const { api } = useServices();
  const { project } = useSession();
  const query = useQuery(definitionQuery(api, { project, environment: environment.key, segment }));
  const word = environmentWord(environment);
  return (
    <EnvironmentCard
      environment={environment}
      label={m.belongsIn(word)}
      head={query.data && <Revision definition={query.data} />}
    >
      {query.data && <Sentences lines={query.data.belongs} label={m.belongsIn(word)} />}
      {query.isPending && <Skeleton height={24} width="60%" />}
      {query.isError && !query.data && (
        <ErrorNotice failed={m.failed} error={query.error} onRetry={() => void query.refetch()} />
      )}
      <Group gap="xs" mt="sm">
        <LinkButton
          to="/segments/$key/definition/$env"
          params={{ key: segment, env: environment.key }}
          variant="default"
        >
          {m.edit(word)}
        </LinkButton>
        <LinkButton to="/playground" search={{ env: environment.key }} variant="subtle" aria-label={m.evaluateIn(word)}>
          {segmentMessages.users.evaluate}
        </LinkButton>
      </Group>
    </EnvironmentCard>
  );
}

function Revision({ definition }: { readonly definition: SegmentConfigView }) {
  const now = useNow();
  return (
    <Text size="sm" c="dimmed">
      {m.revision(definition.revision)} · <TimeText at={definition.updatedAt} now={now} />
    </Text>
  );
}

function Details({ segment }: { readonly segment: SegmentView }) {
  const now = useNow();
  const nameOf = useNames();
  return (
    <TitledPart title={m.details}>
      <Text className={classes.description} {...(segment.description === '' ? { c: 'dimmed' } : {})}>
        {segment.description === '' ? m.noDescription : segment.description}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        {m.created} <TimeText at={segment.createdAt} now={now} /> · {nameOf(segment.createdBy)}
      </Text>
    </TitledPart>
  );
}
