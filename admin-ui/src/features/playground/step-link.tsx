import { Link } from '@tanstack/react-router';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';
import type { Scene } from './steps-list.tsx';
import type { TraceStep } from './trace.ts';

const m = playgroundMessages.steps;
const PREREQUISITE = 'prerequisite ';
const RULE = 'rule ';

/** The way to what a step is about: the rule in targeting, or the flag that is needed. */
export function StepLink({ step, scene }: { readonly step: TraceStep; readonly scene: Scene }) {
  const { environment: env, as, attributes } = scene;
  if (step.step.startsWith(PREREQUISITE)) {
    const key = step.step.slice(PREREQUISITE.length);
    return (
      <Link to="/flags/$key/playground" params={{ key }} search={{ env, as, attributes }} className={classes.link}>
        {m.toFlag}
      </Link>
    );
  }
  if (!step.step.startsWith(RULE)) return null;
  const hash = `rule-${step.step.slice(RULE.length)}`;
  return (
    <Link to="/flags/$key/targeting/$env" params={{ key: scene.flag, env }} hash={hash} className={classes.link}>
      {m.toRule}
    </Link>
  );
}
