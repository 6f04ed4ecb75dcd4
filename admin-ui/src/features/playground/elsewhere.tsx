import { Text, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EnvironmentChip } from '../../kit/environment-chip.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { type EvaluationSubject, evaluationQuery } from './evaluation-queries.ts';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';
import { subjectOf } from './playground-search.ts';

const m = playgroundMessages.elsewhere;

/** What the same context gets in the other environments. */
export function Elsewhere({
  subject,
  variation,
}: {
  readonly subject: EvaluationSubject;
  readonly variation: string | null;
}) {
  const { api } = useServices();
  const { environments } = useSession();
  const others = environments.filter(({ key }) => key !== subject.environment);
  const answers = useQueries({
    queries: others.map(({ key }) => evaluationQuery(api, { ...subject, environment: key, revision: null })),
  });
  if (others.length === 0) return null;
  return (
    <section aria-label={m.title}>
      <Title order={2} size="h5" mb={6}>
        {m.title}
      </Title>
      <ul className={classes.elsewhere}>
        {others.map((environment, index) => {
          const answer = answers[index]?.data;
          return (
            <li key={environment.key}>
              <EnvironmentChip environment={environment} />
              <span>
                {answer ? (
                  <>
                    {answer.variation !== variation && '≠ '}
                    <Sentence text={`\`${answer.variation ?? '–'}\``} />
                  </>
                ) : (
                  <Text span c="dimmed">
                    …
                  </Text>
                )}
              </span>
              <Link
                to="/flags/$key/playground"
                params={{ key: subject.flag }}
                search={{ env: environment.key, ...subjectOf(subject.context) }}
                className={classes.link}
                aria-label={m.open(environment.name)}
              >
                {m.openThere}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
