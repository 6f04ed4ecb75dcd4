import type { EvaluationView } from '@glidepath/server/api-types';
import { Group, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import type { UserContext } from '../../lib/user-context.ts';
import { CopyButtons } from './copy-buttons.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { type EvaluationSubject, evaluationQuery } from './evaluation-queries.ts';
import { playgroundMessages as m } from './messages.ts';
import classes from './playground.module.css';
import type { PlaygroundProps } from './playground.tsx';
import { ResultCard } from './result-card.tsx';

export interface AnswerProps extends PlaygroundProps {
  readonly context: UserContext;
}

/** What one context gets: now or at an earlier revision, beside another revision, and in other environments. */
export function Answer(props: AnswerProps) {
  const { search, live, environment, context } = props;
  const { api } = useServices();
  const { project } = useSession();
  const subject = { project, environment: environment.key, flag: live.flag, context };
  const revision = revisionIn(search.revision, live.revision);
  const compared = revisionIn(search.compare, live.revision);
  const main = useQuery(evaluationQuery(api, { ...subject, revision }));
  const other = useQuery({
    ...evaluationQuery(api, { ...subject, revision: compared }),
    enabled: search.compare !== undefined,
  });
  const isCompared = search.compare !== undefined && main.data !== undefined && other.data !== undefined;
  const differs = isCompared && isDifferent(main.data, other.data);
  return (
    <>
      <Revisions {...props} />
      {isCompared && <output className={classes.verdict}>{differs ? m.compare.different : m.compare.same}</output>}
      <div className={classes.cards}>
        <RevisionCard {...props} subject={{ ...subject, revision }} query={main} differs={differs} />
        {search.compare !== undefined && (
          <RevisionCard {...props} subject={{ ...subject, revision: compared }} query={other} differs={differs} />
        )}
      </div>
      <Elsewhere subject={{ ...subject, revision }} variation={main.data?.variation ?? null} />
    </>
  );
}

/** Null stands for the live one. */
function revisionIn(text: string | undefined, live: number): number | null {
  const revision = Number(text ?? live);
  return revision === live ? null : revision;
}

function isDifferent(a: EvaluationView, b: EvaluationView): boolean {
  return a.variation !== b.variation || JSON.stringify(a.value) !== JSON.stringify(b.value);
}

interface RevisionCardProps extends AnswerProps {
  readonly subject: EvaluationSubject;
  readonly query: {
    readonly data: EvaluationView | undefined;
    readonly error: unknown;
    readonly isPlaceholderData: boolean;
    refetch(): Promise<unknown>;
  };
  readonly differs: boolean;
}

function RevisionCard({ subject, query, differs, live, environment, search }: RevisionCardProps) {
  const { revision } = subject;
  const words = revision === null ? m.revision.live(live.revision) : m.revision.earlier(revision);
  return (
    <ResultCard
      title={`${environmentWord(environment)} · ${words}`}
      evaluation={query.data}
      error={query.error}
      onRetry={() => void query.refetch()}
      ruleNames={revision === null ? live.rules.map(({ name }) => name) : []}
      scene={{ flag: live.flag, environment: live.environment, as: search.as, attributes: search.attributes }}
      differs={differs}
      isOld={query.isPlaceholderData}
    >
      <CopyButtons subject={subject} />
    </ResultCard>
  );
}

const MOST_REVISIONS = 100;

function Revisions({ search, live, onSearch }: PlaygroundProps) {
  const numbers = Array.from({ length: Math.min(live.revision, MOST_REVISIONS) }, (_, age) => live.revision - age);
  const options = numbers.map((revision) => ({
    value: String(revision),
    label: revision === live.revision ? m.revision.live(revision) : m.revision.earlier(revision),
  }));
  return (
    <Group gap="sm">
      <NativeSelect
        label={m.revision.label}
        data={options}
        value={search.revision ?? String(live.revision)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onSearch({ revision: value === String(live.revision) ? undefined : value }, false);
        }}
      />
      <NativeSelect
        label={m.revision.compare}
        data={[{ value: '', label: m.revision.none }, ...options]}
        value={search.compare ?? ''}
        onChange={(event) => onSearch({ compare: event.currentTarget.value || undefined }, false)}
      />
    </Group>
  );
}
