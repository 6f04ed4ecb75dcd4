import type { RolloutView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { MarkdownText } from '../../kit/markdown-text.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import type { SessionEnvironment } from '../../lib/session.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { GateChart } from './gate-chart.tsx';
import { GatesTable } from './gates-table.tsx';
import { rolloutMessages as m } from './messages.ts';
import { RolloutActions } from './rollout-actions.tsx';
import classes from './rollout-detail.module.css';
import { RolloutHeader } from './rollout-header.tsx';
import { RolloutLog } from './rollout-log.tsx';
import { StageChecklist } from './stage-checklist.tsx';
import { StageTimeline } from './stage-timeline.tsx';

export interface RolloutDetailProps {
  readonly rollout: RolloutView;
  readonly environment: SessionEnvironment;
}

/** One rollout: where it is, what may be done, what its gates say, and what happened. */
export function RolloutDetail({ rollout, environment }: RolloutDetailProps) {
  const charted = rollout.gates.filter(({ gate }) => CHARTED.has(gate.kind));
  return (
    <>
      <RolloutHeader rollout={rollout} />
      <EvidencePanel rollout={rollout} environment={environment} />
      <RolloutActions rollout={rollout} environment={environment} />
      <StageTimeline rollout={rollout} />
      <Coverage rollout={rollout} />
      <GatesTable rollout={rollout} />
      <div className={classes.columns} data-single={charted.length === 0}>
        {charted.length > 0 && (
          <div className={classes.column}>
            {charted.map(({ gate }) => (
              <GateChart key={gate.id} rollout={rollout.id} gate={gate} />
            ))}
          </div>
        )}
        <div className={classes.column}>
          <StageChecklist rollout={rollout} environment={environment} />
          <Runbook text={rollout.plan.runbook} />
        </div>
      </div>
      <RolloutLog rollout={rollout} />
    </>
  );
}

/** Kinds whose verdicts have a course that is worth a picture. */
const CHARTED: ReadonlySet<string> = new Set(['error-rate', 'latency', 'metric', 'prometheus', 'fleet']);

function Runbook({ text }: { readonly text: string }) {
  return (
    <TitledPart title={m.runbook.title}>
      {text.trim() === '' ? (
        <Text c="dimmed">{m.runbook.none}</Text>
      ) : (
        <div className={classes.frame}>
          <MarkdownText text={text} />
        </div>
      )}
    </TitledPart>
  );
}

function Coverage({ rollout: { coverage, state } }: { readonly rollout: RolloutView }) {
  if (coverage === null || state !== 'waiting') return null;
  const { service, minVersion, percent, covered, instances, unknown } = coverage;
  return (
    <TitledPart title={m.coverage.title}>
      <Text>
        <Sentence text={m.coverage.line(service, minVersion, percent, covered, instances)} />
      </Text>
      {unknown.length > 0 && <Text>{m.coverage.unknown(unknown.join(', '))}</Text>}
    </TitledPart>
  );
}
