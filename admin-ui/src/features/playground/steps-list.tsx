import type { EvaluationView } from '@glidepath/server/api-types';
import { VisuallyHidden } from '@mantine/core';
import { playgroundMessages } from './messages.ts';
import classes from './playground.module.css';
import { StepLink } from './step-link.tsx';
import { stepsOf, type TraceStep } from './trace.ts';

const m = playgroundMessages;

/** Where an evaluation took place: what its steps lead to is there too. */
export interface Scene {
  readonly flag: string;
  readonly environment: string;
  readonly as?: string | undefined;
  readonly attributes?: string | undefined;
}

export interface StepsListProps {
  readonly evaluation: EvaluationView;
  readonly ruleNames: readonly string[];
  readonly scene: Scene;
}

type Outcome = 'yes' | 'no' | 'not';

const MARKS = { yes: '✓', no: '✗', not: '·' } as const satisfies Record<Outcome, string>;

/** Every step in its order, up to the one that decided, and those that were never reached. */
export function StepsList({ evaluation, ruleNames, scene }: StepsListProps) {
  const steps = stepsOf(evaluation);
  return (
    <ol className={classes.steps} aria-label={m.result.steps}>
      {steps.map((step) => {
        const outcome = outcomeOf(step);
        return (
          <li key={step.step} className={classes.step} data-outcome={outcome}>
            <span className={classes.mark} aria-hidden="true">
              {MARKS[outcome]}
            </span>
            <div className={classes.body}>
              <div className={classes.stepHead}>
                <span className={classes.stepName}>{nameOf(step, ruleNames)}</span>
                <VisuallyHidden>{m.result[outcome]}</VisuallyHidden>
                <StepLink step={step} scene={scene} />
              </div>
              <ul className={classes.clauses}>
                {step.why.split('; ').map((words) => (
                  <li key={words}>{words}</li>
                ))}
              </ul>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function outcomeOf({ matched, evaluated }: TraceStep): Outcome {
  if (evaluated === false) return 'not';
  return matched ? 'yes' : 'no';
}

function nameOf({ step }: TraceStep, ruleNames: readonly string[]): string {
  void ruleNames;
  return step;
}
