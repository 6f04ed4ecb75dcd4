import type { DependenciesView, DependencyView } from '@glidepath/server/api-types';
import { Alert, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { SimpleTable } from '../../kit/simple-table.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { dependenciesQuery } from '../../lib/flag-queries.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import classes from './dependencies.module.css';
import { DependencyGraph } from './dependency-graph.tsx';
import { dependencyMessages as m } from './messages.ts';

export interface DependenciesProps {
  readonly flag: string;
  readonly environment: string;
}

/** What a flag needs and what needs it in one environment, with the state of each. */
export function Dependencies({ flag, environment }: DependenciesProps) {
  const { api } = useServices();
  const { project } = useSession();
  const { data: view, error, refetch } = useQuery(dependenciesQuery(api, project, environment, flag));
  if (!view) {
    return error ? (
      <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton height={240} aria-label={m.loading} role="status" />
    );
  }
  const isAlone = view.prerequisites.length === 0 && view.dependants.length === 0;
  return (
    <>
      {isAlone ? (
        <EmptyState title={m.none}>
          <Text c="dimmed">{m.noneHow}</Text>
        </EmptyState>
      ) : (
        <>
          <DependencyGraph view={view} />
          <Consequence view={view} />
          <Flags
            title={m.needs}
            none={m.needsNothing}
            dependencies={view.prerequisites}
            conditionsOf={(dependency) => neededFor(view, dependency)}
            takesDown={[]}
            environment={environment}
          />
          <Flags
            title={m.neededBy}
            none={m.neededByNothing}
            dependencies={view.dependants}
            conditionsOf={(dependency) => needsOf(view, dependency)}
            takesDown={view.takesDown}
            environment={environment}
          />
        </>
      )}
      <Segments segments={view.segments} />
    </>
  );
}

function Consequence({ view }: { readonly view: DependenciesView }) {
  if (view.dependants.length === 0) return null;
  if (view.takesDown.length === 0) return <Text size="sm">{m.takesNothing}</Text>;
  return (
    <Alert color="orange" variant="light">
      <Sentence text={m.takesDown(view.takesDown)} />
    </Alert>
  );
}

interface FlagsProps {
  readonly title: string;
  readonly none: string;
  readonly dependencies: readonly DependencyView[];
  /** What links a flag to the others, in words. */
  readonly conditionsOf: (dependency: DependencyView) => readonly string[];
  readonly takesDown: readonly string[];
  readonly environment: string;
}

function Flags({ title, none, dependencies, conditionsOf, takesDown, environment }: FlagsProps) {
  return (
    <TitledPart title={title}>
      {dependencies.length === 0 ? (
        <Text c="dimmed">{none}</Text>
      ) : (
        <SimpleTable
          label={title}
          rows={dependencies}
          idOf={({ flag }) => flag}
          columns={[
            { name: m.flag, cell: ({ flag }) => <FlagLink flag={flag} environment={environment} /> },
            {
              name: m.state,
              cell: ({ flag, state, label }) => (
                <>
                  <StatusMark state={state} label={label} />
                  {takesDown.includes(flag) && <div className={classes.down}>{m.goesDown}</div>}
                </>
              ),
            },
            { name: m.path, cell: ({ distance }) => (distance === 1 ? m.directly : m.through(distance)) },
            { name: m.condition, cell: (dependency) => <Conditions lines={conditionsOf(dependency)} /> },
          ]}
        />
      )}
    </TitledPart>
  );
}

function FlagLink({ flag, environment }: { readonly flag: string; readonly environment: string }) {
  return (
    <Link to="/flags/$key/dependencies" params={{ key: flag }} search={{ env: environment }} className={classes.link}>
      {flag}
    </Link>
  );
}

function Conditions({ lines }: { readonly lines: readonly string[] }) {
  return (
    <div>
      {lines.map((line) => (
        <div key={line}>
          <Sentence text={line} />
        </div>
      ))}
    </div>
  );
}

/** Which of the flags here need this one, and what it must serve for them. */
function neededFor({ flag, prerequisites }: DependenciesView, needed: DependencyView): readonly string[] {
  return [flag, ...prerequisites].flatMap((user) =>
    user.needs
      .filter((need) => need.flag === needed.flag)
      .map(({ variations }) => m.mustServeFor(variations, user.flag)),
  );
}

/** What this one needs of the flags here. */
function needsOf({ flag, dependants }: DependenciesView, user: DependencyView): readonly string[] {
  const here = new Set([flag, ...dependants].map((one) => one.flag));
  return user.needs.filter((need) => here.has(need.flag)).map((need) => m.mustServe(need.flag, need.variations));
}

function Segments({ segments }: Pick<DependenciesView, 'segments'>) {
  if (segments.length === 0) return null;
  return (
    <TitledPart title={m.segments}>
      <SimpleTable
        label={m.segments}
        rows={segments}
        idOf={({ segment }) => segment}
        columns={[
          {
            name: m.segment,
            cell: ({ segment }) => (
              <Link to="/segments/$key" params={{ key: segment }} className={classes.link}>
                {segment}
              </Link>
            ),
          },
          { name: m.name, cell: ({ name }) => name },
          { name: m.via, cell: ({ via }) => via },
        ]}
      />
    </TitledPart>
  );
}
