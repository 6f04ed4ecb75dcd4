import { Link } from '@tanstack/react-router';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';
import type { Scene, TraceStep } from './trace.ts';

const m = playgroundMessages.steps;

/** The way to what a step is about: the rule in targeting, or the flag that is needed. */
export function StepLink({ step, scene }: { readonly step: TraceStep; readonly scene: Scene }) {
  const { environment: env, as, attributes } = scene;
  switch (step.kind) {
    case 'prerequisite':
      return (
        <Link
          to="/flags/$key/playground"
          params={{ key: step.flag }}
          search={{ env, as, attributes }}
          className={classes.link}
        >
          {m.toFlag}
        </Link>
      );
    case 'rule':
      return (
        <Link
          to="/flags/$key/targeting/$env"
          params={{ key: scene.flag, env }}
          hash={`rule-${step.ruleId}`}
          className={classes.link}
        >
          {m.toRule}
        </Link>
      );
    default:
      return null;
  }
}
