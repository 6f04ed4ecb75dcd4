import type { RolloutView } from '@glidepath/server/api-types';
import type { ReactNode } from 'react';
import { type EnvironmentIdentity, environmentWord } from '../../kit/environment-chip.tsx';
import { frictionOf } from '../../lib/friction.ts';
import { useNow } from '../../lib/use-now.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { rolloutMessages } from './messages.ts';
import { nextStage, skippedBy, stageName } from './rollout-state.ts';

const m = rolloutMessages.confirm;

export interface FurtherDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly rollout: RolloutView;
  readonly environment: EnvironmentIdentity;
  /** Whether the server has said that something is skipped which is not known here. */
  readonly mustType: boolean;
  readonly sending: boolean;
  readonly failure: ReactNode;
  readonly onConfirm: (comment: string, typed: string | null) => void;
}

/** The next stage now, by hand: the first one, another one before its time, or the end. */
export function FurtherDialog({ rollout, environment, mustType, ...dialog }: FurtherDialogProps) {
  const skipped = skippedBy(rollout, useNow(1_000));
  const next = nextStage(rollout);
  const { variation } = rollout.plan;
  const place = environmentWord(environment);
  const name = next === null ? '' : stageName(next);
  const isFirst = rollout.stage === null;
  const advance = next === null ? m.complete(place) : m.advance(name, place);
  const friction = frictionOf({ critical: environment.critical, towardSafe: false, exposure: exposureOf(rollout) });
  return (
    <ConfirmDialog
      {...dialog}
      action={isFirst ? m.begin(name, place) : advance}
      effect={next === null ? m.effectComplete(variation) : m.effect(variation, rollout.percent, name)}
      skipped={isFirst ? null : skipped}
      // Whoever has started the plan has typed the key for its first stage.
      friction={{ ...friction, typedKey: mustType || (!isFirst && friction.typedKey) }}
      word={rollout.flag}
      isCritical={environment.critical}
    />
  );
}

/** How many more people get it. A segment's size is not known here: it counts as nobody more. */
function exposureOf(rollout: RolloutView): { readonly before: number; readonly after: number } {
  const next = nextStage(rollout);
  const after = next?.kind === 'percent' ? next.percent : rollout.percent;
  return { before: rollout.percent / 100, after: after / 100 };
}
