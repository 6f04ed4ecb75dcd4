import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { HoldButton } from '../../kit/hold-button.tsx';
import { type Propagation, PropagationLine } from '../../kit/propagation.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { useAnnounce } from '../../lib/announce.tsx';
import { frictionOf } from '../../lib/friction.ts';
import { useNames } from '../../lib/members-query.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { relativeTime } from '../../lib/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { type Committed, useProgress } from '../../lib/use-propagation.ts';
import { switchMessages as m } from './messages.ts';
import { RestoreSheet } from './restore-sheet.tsx';
import classes from './switch-card.module.css';
import type { SwitchState } from './switch-queries.ts';
import { TakesDown } from './takes-down.tsx';
import { useSwitch, type Verb } from './use-switch.ts';

export interface SwitchCardProps {
  readonly state: SwitchState;
  readonly environment: SessionEnvironment;
  /** Goes with a kill. */
  readonly reason: string;
}

/** One flag that can be killed and restored here, with the proof of the last change. */
export function SwitchCard({ state, environment, reason }: SwitchCardProps) {
  const { flag } = state;
  const { may } = useSession();
  const turn = useSwitch(environment.key, flag);
  const [isRestoring, setRestoring] = useState(false);
  const verb = turn.variables?.verb ?? 'kill';
  const mayKill = may('flag.kill');
  const word = environmentWord(environment);

  return (
    <article className={classes.card} data-killed={state.killed !== null} aria-label={flag}>
      <div>
        <Link to="/flags/$key" params={{ key: flag }} className={classes.key}>
          {flag}
        </Link>
        {state.name !== flag && <div className={classes.name}>{state.name}</div>}
      </div>
      <Standing state={state} />
      {state.killed === null && state.state !== 'off' && <TakesDown flag={flag} environment={environment.key} />}
      {turn.isPending && <PropagationLine propagation={{ kind: 'sending' }} />}
      {turn.data && !turn.isPending && <Result committed={turn.data} verb={verb} flag={flag} environment={word} />}
      {turn.isError && !isRestoring && (
        <ErrorNotice failed={verb === 'kill' ? m.killFailed : m.restoreFailed} error={turn.error} />
      )}
      <div className={classes.action}>
        {state.killed === null ? (
          <KillControl
            flag={flag}
            environment={environment}
            disabled={!mayKill || turn.isPending}
            onKill={() => turn.mutate({ verb: 'kill', reason: reason.trim() || m.noReason })}
          />
        ) : (
          <Button size="lg" variant="default" fullWidth disabled={!mayKill} onClick={() => setRestoring(true)}>
            {m.restore}
          </Button>
        )}
        {!mayKill && (
          <Text size="sm" c="dimmed">
            {state.killed ? m.mayNotRestore : m.mayNot}
          </Text>
        )}
      </div>
      <RestoreSheet
        opened={isRestoring && state.killed !== null}
        onClose={() => setRestoring(false)}
        environment={environment}
        flag={flag}
        sending={turn.isPending}
        failure={turn.isError && <ErrorNotice failed={m.restoreFailed} error={turn.error} />}
        onRestore={(why, as) =>
          turn.mutate({ verb: 'restore', reason: why, as }, { onSuccess: () => setRestoring(false) })
        }
      />
    </article>
  );
}

function Standing({ state }: { readonly state: SwitchState }) {
  const now = useNow();
  const nameOf = useNames();
  if (state.killed === null) {
    const label = state.state === 'off' ? m.off : m.running;
    return (
      <div>
        <StatusMark state={state.state === 'off' ? 'off' : 'on'} label={label} />
        <Text size="sm" c="dimmed">
          {m.whenKilled}
        </Text>
      </div>
    );
  }
  return (
    <div>
      <StatusMark
        state="killed"
        label={m.killed(relativeTime(Date.parse(state.killed.at), now), nameOf(state.killed.by))}
      />
      <Text size="sm">{m.killedReason(state.killed.reason)}</Text>
    </div>
  );
}

interface KillControlProps {
  readonly flag: string;
  readonly environment: SessionEnvironment;
  readonly disabled: boolean;
  readonly onKill: () => void;
}

function KillControl({ flag, environment, disabled, onKill }: KillControlProps) {
  const word = environmentWord(environment);
  // A kill takes everybody to the safe variation: the friction matrix knows no case that is more urgent.
  const { confirm } = frictionOf({
    critical: environment.critical,
    towardSafe: true,
    exposure: { before: 1, after: 0 },
  });
  if (confirm === 'hold') {
    return <HoldButton action={m.kill(flag, word)} label={m.hold} disabled={disabled} onConfirm={onKill} />;
  }
  return (
    <Button
      size="lg"
      variant="outline"
      color="red"
      fullWidth
      disabled={disabled}
      aria-label={m.killNowOf(word, flag)}
      onClick={onKill}
    >
      {m.killNow(word)}
    </Button>
  );
}

interface ResultProps {
  readonly committed: Committed;
  readonly verb: Verb;
  readonly flag: string;
  readonly environment: string;
}

/** What became of the last gesture, also said aloud. */
function Result({ committed, verb, flag, environment }: ResultProps) {
  const announce = useAnnounce();
  const { delivery, slow } = useProgress(committed);
  const isComplete = delivery?.complete ?? false;

  useEffect(() => {
    const done = verb === 'kill' ? m.announceKilled(flag, environment) : m.announceRestored(flag, environment);
    const applied = isComplete && delivery ? ` ${m.announceApplied(delivery.applied, delivery.connected)}` : '';
    announce(done + applied);
  }, [announce, verb, flag, environment, isComplete, delivery]);

  const propagation: Propagation = { kind: 'committed', at: committed.at, delivery, slow };
  return <PropagationLine propagation={propagation} />;
}
