import type { EvaluationView } from '@glidepath/server/api-types';
import { VisuallyHidden } from '@mantine/core';
import { playgroundMessages as m } from './messages.ts';
import { StepDetails } from './step-details.tsx';
import { StepLink } from './step-link.tsx';
import classes from './steps.module.css';
import { reasonOf, type Scene, stepsOf, type TraceStep } from './trace.ts';

export interface StepsListProps {
  readonly evaluation: EvaluationView;
  readonly ruleNames: readonly string[];
  readonly scene: Scene;
}

/** Every step in its order: up to the one that decided, and those that nobody looked at any more. */
export function StepsList({ evaluation, ruleNames, scene }: StepsListProps) {
  const steps = stepsOf(evaluation);
  const isDecided = reasonOf(evaluation).kind !== 'ERROR';
  const decisive = isDecided ? steps.findLast(({ evaluated }) => evaluated) : undefined;
  return (
    <ol className={classes.steps} aria-label={m.result.steps}>
      {steps.map((step) => (
        <Step key={step.step} step={step} isDecisive={step === decisive} {...{ ruleNames, scene }} />
      ))}
    </ol>
  );
}

interface StepProps extends Pick<StepsListProps, 'ruleNames' | 'scene'> {
  readonly step: TraceStep;
  readonly isDecisive: boolean;
}

type Outcome = 'yes' | 'no' | 'not';

const MARKS = { yes: '✓', no: '✗', not: '·' } as const satisfies Record<Outcome, string>;

function Step({ step, isDecisive, ruleNames, scene }: StepProps) {
  const outcome = outcomeOf(step);
  return (
    <li className={classes.step} data-outcome={outcome} data-decided={isDecisive}>
      <span className={classes.mark} aria-hidden="true">
        {MARKS[outcome]}
      </span>
      <div className={classes.body}>
        <div className={classes.stepHead}>
          <span className={classes.stepName}>{nameOf(step, ruleNames)}</span>
          <VisuallyHidden>{m.result[outcome]}</VisuallyHidden>
          {isDecisive && <span className={classes.decided}>{m.result.decided}</span>}
          <StepLink step={step} scene={scene} />
        </div>
        {outcome === 'not' ? (
          <div className={classes.why}>{m.result.notWhy}</div>
        ) : (
          <StepDetails step={step} scene={scene} />
        )}
      </div>
    </li>
  );
}

function outcomeOf({ matched, evaluated }: TraceStep): Outcome {
  if (!evaluated) return 'not';
  return matched ? 'yes' : 'no';
}

function nameOf(step: TraceStep, ruleNames: readonly string[]): string {
  switch (step.kind) {
    case 'prerequisite':
      return m.steps.prerequisite(step.flag);
    case 'rule':
      return m.steps.rule(step.ruleIndex + 1, ruleNames[step.ruleIndex] ?? '');
    default:
      return m.steps[step.kind];
  }
}
