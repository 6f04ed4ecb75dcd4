import type { RolloutView } from '@glidepath/server/api-types';
import { rolloutMessages as m } from './messages.ts';
import classes from './stage-bar.module.css';
import { stageStates } from './stages.ts';

/** A rollout's stages at a glance: done, in force, to come. */
export function StageBar({ rollout }: { readonly rollout: RolloutView }) {
  const { stage, percent, plan } = rollout;
  const where = stage === null ? m.beforeFirst(plan.stages.length) : m.stageOf(stage + 1, plan.stages.length);
  return (
    <span className={classes.bar} role="img" aria-label={m.bar(where, percent)}>
      {stageStates(rollout).map((state, index) => (
        <span key={index} className={classes.stage} data-state={state} />
      ))}
      <span className={classes.percent}>{m.percent(percent)}</span>
    </span>
  );
}
