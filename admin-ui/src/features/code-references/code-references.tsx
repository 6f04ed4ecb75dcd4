import type { CodeReferencesView, CodeReferenceView, CodeRepositoryView } from '@glidepath/server/api-types';
import { Code, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyText } from '../../kit/copy-text.tsx';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { codeReferencesQuery } from './code-queries.ts';
import classes from './code-references.module.css';
import { codeMessages as m } from './messages.ts';

const COMMAND = 'glidepath scan --upload';

/** Where code names the flag, repository by repository, and since when it does no more. */
export function CodeReferences({ flag }: { readonly flag: string }) {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(codeReferencesQuery(api, project, flag));
  return (
    <TitledPart title={m.references}>
      {data && <Repositories view={data} />}
      {!data && error && <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={160} role="status" aria-label={m.loading} />}
    </TitledPart>
  );
}

function Repositories({ view: { repositories, items } }: { readonly view: CodeReferencesView }) {
  if (repositories.length === 0) {
    return (
      <EmptyState title={m.none}>
        <Text c="dimmed">{m.noneWhy}</Text>
        <Code block>{COMMAND}</Code>
        <CopyText label={m.copy} name={m.copyCommand} text={COMMAND} />
        <Text c="dimmed" size="sm">
          {m.noneSay}
        </Text>
      </EmptyState>
    );
  }
  return (
    <div className={classes.repositories}>
      {repositories.map((repository) => (
        <Repository
          key={repository.repository}
          repository={repository}
          places={items.filter((item) => item.repository === repository.repository)}
        />
      ))}
    </div>
  );
}

interface RepositoryProps {
  readonly repository: CodeRepositoryView;
  readonly places: readonly CodeReferenceView[];
}

function Repository({ repository: scanned, places }: RepositoryProps) {
  const now = useNow();
  const { repository, branch, commit, count, scannedAt } = scanned;
  const byHand = places.filter(({ removable }) => !removable).length;
  return (
    <article className={classes.repository} aria-label={repository}>
      <h3 className={classes.name}>{repository}</h3>
      <p className={classes.facts}>
        <strong>{m.count(count)}</strong>
        {byHand > 0 && <> · {m.byHandCount(byHand)}</>} · {m.scanned} <TimeText at={scannedAt} now={now} /> ·{' '}
        {m.at(branch, commit)}
      </p>
      <Seen scanned={scanned} />
      {places.length > 0 && (
        <ul className={classes.places} aria-label={m.files(repository)}>
          {places.map((place) => (
            <Place key={`${place.path}:${place.line}:${place.call}`} place={place} />
          ))}
        </ul>
      )}
    </article>
  );
}

function Seen({ scanned }: { readonly scanned: CodeRepositoryView }) {
  const now = useNow();
  const { firstSeenAt, lastSeenAt, goneAt, goneCommit } = scanned;
  if (firstSeenAt === null || lastSeenAt === null) return <p className={classes.facts}>{m.never}</p>;
  return (
    <p className={classes.facts}>
      {m.firstSeen} <TimeText at={firstSeenAt} now={now} />, {m.lastSeen} <TimeText at={lastSeenAt} now={now} />.
      {goneAt !== null && (
        <>
          {' '}
          {m.gone} <TimeText at={goneAt} now={now} />
          {goneCommit !== null && m.goneIn(goneCommit)}.
        </>
      )}
    </p>
  );
}

function Place({ place: { path, line, call, removable, context, url } }: { readonly place: CodeReferenceView }) {
  const where = `${path}:${line}`;
  return (
    <li className={classes.place}>
      <span className={classes.placeHead}>
        {url === null ? (
          <span className={classes.path}>{where}</span>
        ) : (
          <a className={classes.path} href={url} target="_blank" rel="noreferrer noopener">
            {where}
          </a>
        )}
        <span className={classes.facts}>
          {call}
          {!removable && ` · ${m.byHand}`}
        </span>
      </span>
      {context !== null && (
        <Code block className={classes.context}>
          {context}
        </Code>
      )}
    </li>
  );
}
