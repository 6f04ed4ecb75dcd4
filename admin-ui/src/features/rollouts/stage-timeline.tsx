import type { RolloutView } from '@glidepath/server/api-types';
import { useQuery } from '@tanstack/react-query';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useNames } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { rolloutMessages } from './messages.ts';
import { recordsQuery } from './rollout-queries.ts';
import { bakeOf, isOver, type Stage, stageName } from './rollout-state.ts';
import classes from './stage-timeline.module.css';
import { furthestOf, type StageState, stageStates } from './stages.ts';

const m = rolloutMessages.timeline;
const MARKS = { done: '✓', current: '▶', back: '✕', coming: '○' } as const satisfies Record<StageState, string>;

/** The plan's stages from left to right: those behind, the one in force with its bake, those ahead. */
export function StageTimeline({ rollout }: { readonly rollout: RolloutView }) {
  const { api } = useServices();
  const { project } = useSession();
  const records = useQuery(recordsQuery(api, project, rollout.id, rollout.revision)).data?.items ?? [];
  const states = stageStates(rollout, furthestOf(records));
  const words = isOver(rollout.state) ? { ...m, coming: m.missed } : m;
  return (
    <TitledPart title={m.title}>
      <ol className={classes.timeline}>
        {rollout.plan.stages.map((stage, index) => {
          const state = states[index] ?? 'coming';
          return (
            <li
              key={index}
              className={classes.stage}
              data-state={state}
              aria-current={state === 'current' ? 'step' : undefined}
            >
              <span className={classes.name}>
                <span aria-hidden="true">{MARKS[state]} </span>
                {stageName(stage)}
              </span>
              <span className={classes.word}>{words[state]}</span>
              {state === 'current' ? <Bake rollout={rollout} name={stageName(stage)} /> : <Plan stage={stage} />}
            </li>
          );
        })}
      </ol>
    </TitledPart>
  );
}

/** What a stage asks for. */
function Plan({ stage }: { readonly stage: Stage }) {
  const { bakeMinutes, approval, checklist = [] } = stage;
  const words = [
    m.minutes(bakeMinutes),
    ...(checklist.length > 0 ? [m.lines(checklist.length)] : []),
    ...(approval === 'manual' ? [m.needsApproval] : []),
  ];
  return <span className={classes.plan}>{words.join(' · ')}</span>;
}

function Bake({ rollout, name }: { readonly rollout: RolloutView; readonly name: string }) {
  const nameOf = useNames();
  const bake = bakeOf(rollout, useNow(1_000));
  const stage = rollout.stage === null ? undefined : rollout.plan.stages[rollout.stage];
  if (bake === null || stage === undefined) return null;
  const { bakedMs, wholeMs } = bake;
  const share = wholeMs === 0 ? 1 : bakedMs / wholeMs;
  const approvedBy = rollout.progress?.approvedBy ?? null;
  return (
    <>
      <span
        className={classes.bake}
        role="progressbar"
        aria-label={m.progress(name)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={m.baked(bakedMs, wholeMs)}
      >
        <span className={classes.baked} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={classes.plan}>{m.baked(bakedMs, wholeMs)}</span>
      {stage.approval === 'manual' && (
        <span className={classes.plan}>{approvedBy === null ? m.needsApproval : m.approvedBy(nameOf(approvedBy))}</span>
      )}
    </>
  );
}
