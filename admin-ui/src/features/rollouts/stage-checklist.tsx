import type { RolloutView } from '@glidepath/server/api-types';
import { Button, Checkbox, Text, VisuallyHidden } from '@mantine/core';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useNames } from '../../lib/members-query.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { rolloutMessages } from './messages.ts';
import { bakeOf, nextStage, type Stage, stageName } from './rollout-state.ts';
import classes from './stage-checklist.module.css';
import { useRolloutCommand } from './use-rollout-command.ts';

const m = rolloutMessages.checklist;

export interface StageChecklistProps {
  readonly rollout: RolloutView;
  readonly environment: SessionEnvironment;
}

/** All that has to be there before the next stage: what comes by itself, what people tick, and the approval. */
export function StageChecklist({ rollout, environment }: StageChecklistProps) {
  const stage = rollout.stage === null ? undefined : rollout.plan.stages[rollout.stage];
  if (stage === undefined || rollout.progress === null) return null;
  const next = nextStage(rollout);
  return (
    <TitledPart title={next === null ? m.titleLast : m.title(stageName(next))}>
      <div className={classes.frame}>
        <Automatic rollout={rollout} />
        <ByHand rollout={rollout} lines={stage.checklist ?? []} />
        <Approval rollout={rollout} stage={stage} environment={environment} />
      </div>
    </TitledPart>
  );
}

function Automatic({ rollout }: { readonly rollout: RolloutView }) {
  const bake = bakeOf(rollout, useNow(1_000));
  const asked = rollout.gates.filter(({ gate }) => gate.role !== 'dry-run');
  const passing = asked.filter(({ verdict }) => verdict?.kind === 'pass').length;
  const lines = [
    ...(bake === null ? [] : [{ isDone: bake.bakedMs >= bake.wholeMs, text: m.baked(bake.bakedMs, bake.wholeMs) }]),
    ...(asked.length === 0 ? [] : [{ isDone: passing === asked.length, text: m.gates(passing, asked.length) }]),
    ...(rollout.sampleRatio === null ? [] : [{ isDone: rollout.sampleRatio.kind === 'pass', text: m.ratio }]),
  ];
  return (
    <ul className={classes.lines}>
      {lines.map(({ isDone, text }) => (
        <li key={text} className={classes.line}>
          <VisuallyHidden>{isDone ? m.yes : m.no} </VisuallyHidden>
          <StatusMark state={isDone ? 'done' : 'off'} label="" />
          <span className={classes.words}>{text}</span>
          <span className={classes.auto}>{m.auto}</span>
        </li>
      ))}
    </ul>
  );
}

function ByHand({ rollout, lines }: { readonly rollout: RolloutView; readonly lines: readonly string[] }) {
  const { may } = useSession();
  const command = useRolloutCommand(rollout.id);
  if (lines.length === 0) return null;
  return (
    <>
      {lines.map((line) => {
        const isChecked = rollout.progress?.checked.includes(line) ?? false;
        return (
          <Checkbox
            key={line}
            size="md"
            label={line}
            checked={isChecked}
            disabled={!may('rollout.run') || command.isPending}
            onChange={() => command.mutate({ verb: isChecked ? 'uncheck' : 'check', line })}
          />
        );
      })}
      {command.isError && (
        <ErrorNotice failed={rolloutMessages.actions.failed[command.variables.verb]} error={command.error} />
      )}
    </>
  );
}

function Approval({ rollout, stage, environment }: StageChecklistProps & { readonly stage: Stage }) {
  const { may } = useSession();
  const nameOf = useNames();
  const command = useRolloutCommand(rollout.id);
  if (stage.approval !== 'manual') return null;
  const approvedBy = rollout.progress?.approvedBy ?? null;
  if (approvedBy !== null) return <Text>{m.approved(nameOf(approvedBy))}</Text>;
  const next = nextStage(rollout);
  const isAsked = rollout.state === 'awaiting-approval';
  return (
    <>
      <Button
        size="md"
        disabled={!isAsked || !may('rollout.run') || command.isPending}
        onClick={() => command.mutate({ verb: 'approve', comment: '' })}
      >
        {m.approve(next === null ? rolloutMessages.states.completed : stageName(next), environmentWord(environment))}
      </Button>
      {!isAsked && (
        <Text size="sm" c="dimmed">
          {m.approvalLater}
        </Text>
      )}
      {command.isError && <ErrorNotice failed={rolloutMessages.actions.failed.approve} error={command.error} />}
    </>
  );
}
