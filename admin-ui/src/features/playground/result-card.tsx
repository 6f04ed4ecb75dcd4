import type { EvaluationView } from '@glidepath/server/api-types';
import { Code, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { playgroundMessages as m } from './messages.ts';
import classes from './playground.module.css';
import { resultSentence } from './result-words.ts';
import { StepsList } from './steps-list.tsx';
import type { Scene } from './trace.ts';

export interface ResultCardProps {
  readonly title: string;
  readonly evaluation: EvaluationView | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Names of the rules that were evaluated, in their order. */
  readonly ruleNames: readonly string[];
  readonly scene: Scene;
  /** Whether it differs from what stands beside it. */
  readonly differs?: boolean;
  /** Whether it is the answer to an earlier question, until the new one is there. */
  readonly isOld?: boolean;
  readonly children?: ReactNode;
}

/** What somebody gets, why in one sentence, and every step of the way. */
export function ResultCard({
  title,
  evaluation,
  error,
  onRetry,
  differs = false,
  isOld = false,
  ...rest
}: ResultCardProps) {
  return (
    <section className={classes.result} aria-label={title} aria-busy={isOld} data-differs={differs}>
      <Text size="sm" c="dimmed">
        {title}
        {differs && ` · ≠ ${m.compare.differs}`}
      </Text>
      {!evaluation && error !== null && <ErrorNotice failed={m.failed} error={error} onRetry={onRetry} />}
      {!evaluation && error === null && <Skeleton height={120} aria-label={m.loading} role="status" />}
      {evaluation && <Result evaluation={evaluation} {...rest} />}
    </section>
  );
}

type ResultProps = Pick<ResultCardProps, 'ruleNames' | 'scene' | 'children'> & { readonly evaluation: EvaluationView };

function Result({ evaluation, ruleNames, scene, children }: ResultProps) {
  return (
    <>
      <p className={classes.sentence}>
        <Sentence text={resultSentence(evaluation, ruleNames)} />
      </p>
      {evaluation.variation !== null && (
        <Text size="sm">
          {m.result.value} <Code className={classes.value}>{JSON.stringify(evaluation.value)}</Code>
        </Text>
      )}
      {children}
      <StepsList evaluation={evaluation} ruleNames={ruleNames} scene={scene} />
    </>
  );
}
