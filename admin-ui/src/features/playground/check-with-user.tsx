import type { ConfigInstruction } from '@glidepath/core/change';
import type { FlagConfigView, PreviewView } from '@glidepath/server/api-types';
import { Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useMemo, useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { usePinnedUsers } from '../../lib/pinned-users.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import type { UserContext } from '../../lib/user-context.ts';
import { trialQuery } from './evaluation-queries.ts';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';
import { subjectOf } from './playground-search.ts';
import { resultSentence } from './result-words.ts';

const m = playgroundMessages.check;
const PAUSE_MS = 400;

export interface CheckWithUserProps {
  readonly live: FlagConfigView;
  /** What leads from the live state to the draft; none while nothing is changed. */
  readonly instructions: readonly ConfigInstruction[];
}

interface Asked {
  readonly context: UserContext;
  readonly instructions: readonly ConfigInstruction[];
}

/** What a draft does to one user, before it is reviewed. */
export function CheckWithUser({ live, instructions }: CheckWithUserProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { users } = usePinnedUsers(project);
  const listId = useId();
  const [text, setText] = useState('');
  const name = text.trim();
  const context = users.find((user) => user.name === name)?.context ?? { key: name };
  // As text: what is equal must not be taken for a change.
  const [settled] = useDebouncedValue(JSON.stringify({ context, instructions }), PAUSE_MS);
  const asked = useMemo(() => JSON.parse(settled) as Asked, [settled]);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...trialQuery(api, {
      project,
      environment: live.environment,
      flag: live.flag,
      revision: live.revision,
      instructions: asked.instructions,
      contexts: [asked.context],
    }),
    enabled: name !== '',
  });
  // What another user got is not shown under this one's name.
  const answer = isPlaceholderData ? undefined : data?.contexts[0];
  return (
    <section className={classes.editor} aria-label={m.title}>
      <Title order={3} size="h5">
        {m.title}
      </Title>
      <TextInput
        maw={360}
        label={m.user}
        list={listId}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <datalist id={listId}>
        {users.map((user) => (
          <option key={user.name} value={user.name} />
        ))}
      </datalist>
      {name !== '' && !answer && error && (
        <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />
      )}
      {name !== '' && answer && (
        <Verdict answer={answer} live={live} context={context} hasDraft={asked.instructions.length > 0} />
      )}
    </section>
  );
}

interface VerdictProps {
  readonly answer: PreviewView['contexts'][number];
  readonly live: FlagConfigView;
  readonly context: UserContext;
  readonly hasDraft: boolean;
}

function Verdict({ answer: { before, after }, live, context, hasDraft }: VerdictProps) {
  const changes = before.variation !== after.variation;
  const names = live.rules.map((rule) => rule.name);
  return (
    <output>
      <dl className={classes.check} data-differs={changes}>
        <dt>{m.saved}</dt>
        <dd>
          <Sentence text={resultSentence(before, names)} />
        </dd>
        <dt>{m.draft}</dt>
        <dd>{hasDraft ? <Sentence text={resultSentence(after, [])} /> : <Text c="dimmed">{m.noDraft}</Text>}</dd>
      </dl>
      {hasDraft && <Text fw={650}>{changes ? m.changes : m.same}</Text>}
      <Link
        to="/flags/$key/playground"
        params={{ key: live.flag }}
        search={{ env: live.environment, ...subjectOf(context) }}
        className={classes.link}
      >
        {m.open}
      </Link>
    </output>
  );
}
