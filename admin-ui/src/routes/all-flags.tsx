import { Alert } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { AllFlags } from '../features/playground/all-flags.tsx';
import { ContextEditor } from '../features/playground/context-editor.tsx';
import { playgroundMessages as m } from '../features/playground/messages.ts';
import classes from '../features/playground/playground.module.css';
import { readSubject, subjectOf } from '../features/playground/playground-search.ts';
import { EmptyState } from '../kit/empty-state.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { Page } from '../kit/page.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { contextName } from '../lib/user-context.ts';
import { ChooseEnvironment } from './choose-environment.tsx';

const route = getRouteApi('/playground');

/** What every flag gives one context, in the environment that the address names. */
export function AllFlagsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const environment = useEnvironment(search.env);
  if (!environment) {
    return <ChooseEnvironment onChoose={(env) => void navigate({ search: (before) => ({ ...before, env }) })} />;
  }
  const reading = readSubject(search);
  const context = reading.kind === 'context' ? reading.context : null;
  const title = context === null ? m.title : m.all.title(contextName(context));
  return (
    <Page wide critical={environment.critical} name={`${title} · ${environmentWord(environment)}`} title={title}>
      <div className={classes.playground}>
        <ContextEditor
          context={context ?? {}}
          asked={[]}
          onChange={(next) => void navigate({ search: (before) => ({ ...before, ...subjectOf(next) }), replace: true })}
        />
        <div className={classes.main}>
          {reading.kind === 'unreadable' && <Alert color="red">{m.unreadable}</Alert>}
          {reading.kind === 'nobody' && <EmptyState title={m.nobody} />}
          {context && (
            <AllFlags
              environment={environment.key}
              context={context}
              query={search.q ?? ''}
              onQuery={(q) => void navigate({ search: (before) => ({ ...before, q }), replace: true })}
            />
          )}
        </div>
      </div>
    </Page>
  );
}
