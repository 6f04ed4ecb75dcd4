import type { RolloutView } from '@glidepath/server/api-types';
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { HoldButton } from '../../kit/hold-button.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import { frictionOf } from '../../lib/friction.ts';
import { ApiError } from '../../lib/problem.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { FurtherDialog } from './further-dialog.tsx';
import { rolloutMessages } from './messages.ts';
import classes from './rollout-actions.module.css';
import { nextStage, stageName, VERBS, type Verb } from './rollout-state.ts';
import { useRolloutCommand } from './use-rollout-command.ts';

const m = rolloutMessages.actions;

export interface RolloutActionsProps {
  readonly rollout: RolloutView;
  readonly environment: SessionEnvironment;
}

/** The one place of a rollout's buttons. Each says what it leads to; the way back is always one gesture. */
export function RolloutActions({ rollout, environment }: RolloutActionsProps) {
  const { may } = useSession();
  const command = useRolloutCommand(rollout.id);
  const [asked, setAsked] = useState<'begin' | 'advance' | 'abort' | null>(null);
  const verbs: readonly Verb[] = VERBS[rollout.state];
  if (verbs.length === 0) return null;
  const mayRun = may('rollout.run');
  const disabled = !mayRun || command.isPending;
  const verb = command.variables?.verb;
  const failure = command.isError && verb && <ErrorNotice failed={m.failed[verb]} error={command.error} />;
  const close = () => {
    setAsked(null);
    command.reset();
  };

  function act(chosen: Verb) {
    if (chosen === 'begin' || chosen === 'advance' || chosen === 'abort') setAsked(chosen);
    else command.mutate({ verb: chosen, comment: '' });
  }

  return (
    <section className={classes.actions} aria-label={m.label}>
      <div className={classes.buttons}>
        {verbs.map((chosen) =>
          chosen === 'roll-back' ? (
            <RollBack key={chosen} {...{ rollout, environment, disabled }} onRollBack={() => act(chosen)} />
          ) : (
            <Button
              key={chosen}
              size="lg"
              variant={chosen === 'begin' || chosen === 'resume' ? 'filled' : 'default'}
              className={classes.button ?? ''}
              disabled={disabled}
              onClick={() => act(chosen)}
            >
              {labelOf(chosen, rollout)}
            </Button>
          ),
        )}
      </div>
      {!mayRun && (
        <Text size="sm" c="dimmed">
          {m.mayNot}
        </Text>
      )}
      {asked === null && failure}
      <FurtherDialog
        opened={asked === 'begin' || asked === 'advance'}
        onClose={close}
        rollout={rollout}
        environment={environment}
        mustType={command.error instanceof ApiError && command.error.code === 'confirmation-needed'}
        sending={command.isPending}
        failure={failure}
        onConfirm={(comment, confirm) =>
          command.mutate(
            asked === 'begin'
              ? { verb: 'begin', comment }
              : { verb: 'advance', comment, confirm, stage: rollout.stage },
            { onSuccess: () => setAsked(null) },
          )
        }
      />
      <TypedConfirm
        opened={asked === 'abort'}
        onClose={close}
        action={labelOf('abort', rollout).replace('…', '')}
        effect={
          rollout.state === 'waiting'
            ? rolloutMessages.abort.effectWaiting
            : rolloutMessages.abort.effect(rollout.percent)
        }
        word={rollout.flag}
        sending={command.isPending}
        failure={failure}
        onConfirm={() => command.mutate({ verb: 'abort', comment: '' }, { onSuccess: () => setAsked(null) })}
      />
    </section>
  );
}

/** What a button leads to. */
export function labelOf(verb: Verb, rollout: RolloutView): string {
  const { percent, state } = rollout;
  const next = nextStage(rollout);
  switch (verb) {
    case 'begin':
      return m.begin(next === null ? '' : stageName(next));
    case 'advance':
      return next === null ? m.complete : m.advance(stageName(next));
    case 'abort':
      return state === 'waiting' ? m.cancel : m.abort(percent);
    case 'pause':
    case 'resume':
      return m[verb](percent);
    case 'roll-back':
      return m['roll-back'];
  }
}

interface RollBackProps extends RolloutActionsProps {
  readonly disabled: boolean;
  readonly onRollBack: () => void;
}

function RollBack({ rollout, environment, disabled, onRollBack }: RollBackProps) {
  const { critical } = environment;
  const exposure = { before: rollout.percent / 100, after: 0 };
  const { confirm } = frictionOf({ critical, towardSafe: true, exposure });
  if (confirm === 'hold') {
    return (
      <div className={classes.hold}>
        <HoldButton
          action={m.rollBackOf(rollout.flag, environmentWord(environment))}
          label={m.holdToRollBack}
          disabled={disabled}
          onConfirm={onRollBack}
        />
      </div>
    );
  }
  return (
    <Button
      size="lg"
      variant="outline"
      color="red"
      className={classes.button ?? ''}
      disabled={disabled}
      onClick={onRollBack}
    >
      {m['roll-back']}
    </Button>
  );
}
