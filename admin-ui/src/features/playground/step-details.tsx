import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { playgroundMessages } from './messages.ts';
import playground from './playground.module.css';
import { fractionOf, rangeWords } from './result-words.ts';
import classes from './steps.module.css';
import type { ClauseTrace, MembershipTrace, RolloutTrace, Scene, TraceStep } from './trace.ts';

const m = playgroundMessages.steps;

interface StepDetailsProps {
  readonly step: TraceStep;
  readonly scene: Scene;
}

/** What a step looked at, and what came of it. */
export function StepDetails({ step, scene }: StepDetailsProps) {
  switch (step.kind) {
    case 'rule':
      return (
        <>
          <Clauses clauses={step.clauses} scene={scene} />
          {step.matched && <Served rollout={step.rollout} variation={step.variation} />}
        </>
      );
    case 'fallthrough':
      return <Served rollout={step.rollout} variation={step.variation} />;
    case 'prerequisite':
      return (
        <>
          <div className={classes.why}>{step.why}</div>
          {step.steps.length > 0 && <Below step={step} scene={scene} />}
        </>
      );
    case 'on':
      // Its name says it all.
      return step.matched ? null : <div className={classes.why}>{step.why}</div>;
    default:
      return <div className={classes.why}>{step.why}</div>;
  }
}

/** How a prerequisite came to what it serves. */
function Below({
  step,
  scene,
}: {
  readonly step: Extract<TraceStep, { kind: 'prerequisite' }>;
  readonly scene: Scene;
}) {
  return (
    <details className={classes.below}>
      <summary>{m.below(step.flag)}</summary>
      <ul className={classes.clauses}>
        {step.steps
          .filter(({ evaluated }) => evaluated)
          .map((inner) => (
            <li key={inner.step}>
              <Marked matched={inner.matched}>{inner.step}</Marked>
              <StepDetails step={inner} scene={scene} />
            </li>
          ))}
      </ul>
    </details>
  );
}

function Clauses({ clauses, scene }: { readonly clauses: readonly ClauseTrace[]; readonly scene: Scene }) {
  if (clauses.length === 0) return <div className={classes.why}>{m.everybody}</div>;
  return (
    <ul className={classes.clauses}>
      {clauses.map((clause, index) => (
        <li key={index}>
          <Marked matched={clause.matched}>
            {clause.missing ? (
              <>
                <span className={classes.missing}>{m.isMissing(nameOf(clause))}</span>
                {`: ${clause.matched ? m.yes : m.no}`}
              </>
            ) : (
              clause.why
            )}
          </Marked>
          {clause.segments.map((membership) => (
            <Membership key={membership.segment} membership={membership} scene={scene} />
          ))}
        </li>
      ))}
    </ul>
  );
}

function nameOf({ kind, attribute }: ClauseTrace): string {
  return kind === 'user' ? attribute : `${kind} ${attribute}`;
}

function Membership({ membership, scene }: { readonly membership: MembershipTrace; readonly scene: Scene }) {
  const { segment, why, rules } = membership;
  return (
    <div className={classes.inner}>
      {m.membership(segment, why)}{' '}
      <Link to="/segments/$key" params={{ key: segment }} className={playground.link}>
        {m.toSegment}
      </Link>
      {rules.map((rule, index) => (
        <div key={rule.ruleId} className={classes.inner}>
          {m.rule(index + 1, '')}
          <Clauses clauses={rule.clauses} scene={scene} />
          {rule.rollout && <RolloutLine rollout={rule.rollout} />}
        </div>
      ))}
    </div>
  );
}

interface ServedProps {
  /** Undefined where no split was reached; null where nobody can be bucketed. */
  readonly rollout: RolloutTrace | null | undefined;
  readonly variation: string | null;
}

function Served({ rollout, variation }: ServedProps) {
  return (
    <div className={classes.why}>
      {rollout && <RolloutLine rollout={rollout} />}
      {rollout === null && <div>{m.noBucket}</div>}
      {variation !== null && (
        <div>
          → <code className={classes.served}>{variation}</code>
        </div>
      )}
    </div>
  );
}

function RolloutLine({ rollout }: { readonly rollout: RolloutTrace }) {
  const { bucket, contextKind, attribute, salt } = rollout;
  return (
    <div>
      {m.hash(`${contextKind} ${attribute}`, fractionOf(bucket), rangeWords(rollout))}{' '}
      <span className={playground.dimmed}>{m.salt(salt)}</span>
    </div>
  );
}

function Marked({ matched, children }: { readonly matched: boolean; readonly children: ReactNode }) {
  return (
    <span className={classes.clause} data-matched={matched}>
      <span className={classes.mark} aria-hidden="true">
        {matched ? '✓' : '✗'}
      </span>
      <span>{children}</span>
    </span>
  );
}
