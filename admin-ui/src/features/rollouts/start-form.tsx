import type {
  FlagConfigView,
  FlagWithEnvironments,
  PlanView,
  ReleasePlanView,
  RolloutView,
} from '@glidepath/server/api-types';
import { Alert, NativeSelect, Textarea } from '@mantine/core';
import { useState } from 'react';
import { EditFooter } from '../../kit/edit-footer.tsx';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useKept } from '../../lib/kept.ts';
import { ApiError } from '../../lib/problem.ts';
import { useServices } from '../../lib/services.tsx';
import type { SessionEnvironment } from '../../lib/session.tsx';
import { GatesEditor } from './gates-editor.tsx';
import { inPlan, ProblemLines, problemsElsewhere, problemsUnder } from './problem-lines.tsx';
import { ReleasedFields } from './released-fields.tsx';
import { StagesEditor } from './stages-editor.tsx';
import { StartCondition } from './start-condition.tsx';
import { firstDraft, OWN_PLAN, type StartDraft, unreadable, withOwnPlan, withTemplate } from './start-draft.ts';
import classes from './start-form.module.css';
import { startMessages as m } from './start-messages.ts';
import { startReviewOf } from './start-review.ts';
import { useStartCheck, useStartRollout } from './use-start-rollout.ts';

/** Parts of the form beside which the server's problems are shown. */
const PLACES = ['/stages', '/gates', '/start', '/requires', '/variation', '/control', '/at', '/runbook'] as const;

export interface StartFormProps {
  readonly flag: FlagWithEnvironments;
  readonly live: FlagConfigView;
  readonly environment: SessionEnvironment;
  readonly plans: readonly PlanView[];
  /** The flag's own plan there; null where it has none that can be followed. */
  readonly own: ReleasePlanView | null;
  readonly onStarted: (rollout: RolloutView) => void;
}

/** A release plan is chosen, adapted, checked by the server, and only then started. */
export function StartForm({ flag, live, environment, plans, own, onStarted }: StartFormProps) {
  const { clock } = useServices();
  const [kept, keep] = useKept<StartDraft>(`glidepath-rollout ${flag.key} ${environment.key}`);
  const [fresh] = useState(() => {
    const keys = flag.variations.map(({ key }) => key);
    const usual = firstDraft(keys, live, plans[0]);
    return own === null ? usual : withOwnPlan(usual, own);
  });
  const draft = kept ?? fresh;
  const place = { environment: environment.key, flag: flag.key };
  const check = useStartCheck(place);
  const start = useStartRollout(place);
  const unread = new Set(unreadable(draft));
  const problems = inPlan(refusalsOf(check.error) ?? refusalsOf(start.error) ?? []);
  const elsewhere = problemsElsewhere(problems, PLACES);
  const word = environmentWord(environment);
  const forecast = check.data;
  const templates = [
    ...(own === null ? [] : [{ value: OWN_PLAN, label: m.template.ofFlag }]),
    ...plans.map(({ id, name }) => ({ value: id, label: name })),
  ];

  function change(part: Partial<StartDraft>) {
    keep({ ...draft, ...part });
    // What the server said was about another plan.
    check.reset();
    start.reset();
  }

  return (
    <div className={classes.form}>
      {!live.on && <Alert color="yellow">{m.flagOff}</Alert>}
      <ReleasedFields
        flag={flag}
        live={live}
        draft={draft}
        problems={(['/variation', '/control', '/at'] as const).flatMap((pointer) => problemsUnder(problems, pointer))}
        onChange={change}
      />
      <NativeSelect
        label={m.template.label}
        description={m.template.hint}
        value={draft.template}
        data={[
          ...(templates.some(({ value }) => value === draft.template)
            ? []
            : [{ value: draft.template, label: m.template.own }]),
          ...templates,
        ]}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          const plan = plans.find(({ id }) => id === chosen);
          if (plan) change(withTemplate(draft, plan));
          else if (own !== null && chosen === OWN_PLAN) change(withOwnPlan(draft, own));
        }}
      />
      <StagesEditor
        stages={draft.stages}
        problems={problemsUnder(problems, '/stages')}
        unreadable={unread}
        onChange={(stages) => change({ stages })}
      />
      <GatesEditor
        gates={draft.gates}
        onFailure={draft.onFailure}
        problems={problemsUnder(problems, '/gates')}
        unreadable={unread}
        onChange={change}
      />
      <StartCondition
        start={draft.start}
        requires={draft.requires}
        problems={[...problemsUnder(problems, '/start'), ...problemsUnder(problems, '/requires')]}
        unreadable={unread}
        onChange={change}
      />
      <TitledPart title={m.runbook.title}>
        <Textarea
          aria-label={m.runbook.label}
          description={m.runbook.hint}
          rows={6}
          value={draft.runbook}
          onChange={(event) => change({ runbook: event.currentTarget.value })}
        />
        <ProblemLines problems={problemsUnder(problems, '/runbook')} />
      </TitledPart>
      <ProblemLines problems={elsewhere} />
      {check.isError && <ErrorNotice failed={m.failed} error={check.error} />}
      <EditFooter
        isSticky
        state={footerState(unread.size, check.isPending)}
        isWrong={unread.size > 0}
        mayDiscard={kept !== null}
        mayReview={unread.size === 0 && !check.isPending}
        review={m.review(word)}
        onDiscard={() => {
          keep(null);
          check.reset();
        }}
        onReview={() => check.mutate(draft)}
      />
      <ReviewSheet
        opened={forecast !== undefined}
        onClose={() => {
          check.reset();
          start.reset();
        }}
        environment={environment}
        flagKey={flag.key}
        action={m.sheet.action(word)}
        forecast={
          forecast === undefined
            ? { kind: 'loading' }
            : startReviewOf({ flag, live, draft, forecast, isCritical: environment.critical }, clock.now())
        }
        sending={start.isPending}
        failure={start.isError && <ErrorNotice failed={m.failedStart} error={start.error} />}
        onConfirm={(comment) =>
          start.mutate(
            { draft, comment },
            {
              onSuccess: ({ document }) => {
                keep(null);
                onStarted(document);
              },
            },
          )
        }
      />
    </div>
  );
}

function footerState(unread: number, isChecking: boolean): string {
  if (unread > 0) return m.problems(unread);
  return isChecking ? m.checking : m.ready;
}

function refusalsOf(error: unknown) {
  return error instanceof ApiError ? error.errors : null;
}
