import { Text } from '@mantine/core';
import { useInViewport } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Sentence } from '../../kit/sentence.tsx';
import { dependenciesQuery } from '../../lib/flag-queries.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { switchMessages as m } from './messages.ts';

const REFRESH_MS = 30_000;

export interface TakesDownProps {
  readonly flag: string;
  readonly environment: string;
}

/** Which other flags fall with a kill, said before it; a kill waits for none of this. */
export function TakesDown({ flag, environment }: TakesDownProps) {
  const { api } = useServices();
  const { project } = useSession();
  // A board of hundreds asks only for the cards that are seen: a kill must not queue behind their questions.
  const { ref, inViewport } = useInViewport<HTMLParagraphElement>();
  const { data, isError } = useQuery({
    ...dependenciesQuery(api, project, environment, flag),
    enabled: inViewport,
    refetchInterval: REFRESH_MS,
  });
  return (
    <Text ref={ref} size="sm" mih="1lh" {...(data && data.takesDown.length > 0 ? { fw: 600 } : { c: 'dimmed' })}>
      {data && <Sentence text={m.takesDown(data.takesDown)} />}
      {isError && !data && m.takesDownUnknown}
    </Text>
  );
}
