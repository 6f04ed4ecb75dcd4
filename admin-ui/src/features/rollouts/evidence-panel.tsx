import type { RolloutView } from '@glidepath/server/api-types';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { PropagationLine } from '../../kit/propagation.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { frictionOf } from '../../lib/friction.ts';
import { useServices } from '../../lib/services.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { type Committed, useProgress } from '../../lib/use-propagation.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { backSentence, takenBack } from './evidence-words.ts';
import { rolloutMessages } from './messages.ts';
import { recordsQuery } from './rollout-queries.ts';
import { useRolloutCommand } from './use-rollout-command.ts';

const m = rolloutMessages.evidence;

export interface EvidencePanelProps {
  readonly rollout: RolloutView;
  readonly environment: SessionEnvironment;
}

/** Why a rollout went back, whom it reached, and whether everybody is back; with the ways on from here. */
export function EvidencePanel({ rollout, environment }: EvidencePanelProps) {
  const { incident, evidence, state } = rollout;
  if (!takenBack(state) && state !== 'aborted') return null;
  return (
    <Alert
      color={takenBack(state) ? 'red' : 'gray'}
      variant="light"
      icon={<IconArrowBackUp aria-hidden />}
      title={takenBack(state) ? m.title(evidence !== null) : rolloutMessages.states.aborted}
    >
      <Stack gap="xs">
        <Text fw={600}>
          <Sentence text={takenBack(state) ? backSentence(rollout) : rollout.sentence} />
        </Text>
        {takenBack(state) && <Applied rollout={rollout} />}
        {evidence !== null && evidence.versions.length > 0 && (
          <Text size="sm">
            {m.versions}{' '}
            <Sentence
              text={evidence.versions.map((one) => m.version(one.service, one.version, one.instances)).join(', ')}
            />
          </Text>
        )}
        <Group gap="sm">
          {incident !== null && (
            <LinkButton to="/incidents/$id" params={{ id: incident }} variant="outline" color="red">
              {m.incident(incident)}
            </LinkButton>
          )}
          {state !== 'rolling-back' && <Restart rollout={rollout} environment={environment} />}
        </Group>
      </Stack>
    </Alert>
  );
}

/** Whether every SDK has what was before. */
function Applied({ rollout }: { readonly rollout: RolloutView }) {
  const { api } = useServices();
  const { project } = useSession();
  const records = useQuery(recordsQuery(api, project, rollout.id, rollout.revision)).data?.items ?? [];
  const record = records.findLast(
    ({ to, version }) => version !== null && (to === 'rolled-back' || to === 'rolling-back'),
  );
  const committed: Committed | null =
    record === undefined
      ? null
      : { environment: rollout.environment, at: Date.parse(record.at), version: record.version, delivery: null };
  const { delivery, slow } = useProgress(committed);
  if (committed === null) return null;
  return <PropagationLine propagation={{ kind: 'committed', at: committed.at, delivery, slow }} />;
}

function Restart({ rollout, environment }: EvidencePanelProps) {
  const { may } = useSession();
  const navigate = useNavigate();
  const command = useRolloutCommand(rollout.id);
  const [isAsked, setAsked] = useState(false);
  const { critical } = environment;
  const [first] = rollout.plan.stages;
  const after = first?.kind === 'percent' ? first.percent : 0;
  const exposure = { before: rollout.percent / 100, after: after / 100 };
  const friction = frictionOf({ critical, towardSafe: false, exposure });
  return (
    <>
      <Button variant="default" disabled={!may('rollout.run')} onClick={() => setAsked(true)}>
        {m.restart}
      </Button>
      <ConfirmDialog
        opened={isAsked}
        onClose={() => setAsked(false)}
        action={m.restartTitle(environmentWord(environment))}
        effect={m.restartEffect}
        skipped={null}
        friction={friction}
        word={rollout.flag}
        isCritical={critical}
        sending={command.isPending}
        failure={
          command.isError && <ErrorNotice failed={rolloutMessages.actions.failed.restart} error={command.error} />
        }
        onConfirm={(comment) =>
          command.mutate(
            { verb: 'restart', comment },
            { onSuccess: ({ document }) => void navigate({ to: '/rollouts/$id', params: { id: document.id } }) },
          )
        }
      />
    </>
  );
}
