import type { LifecycleView } from '@glidepath/server/api-types';
import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { useSession } from '../../lib/session.tsx';
import { FLAG_CHANGES, type FlagChangeKind } from './flag-changes.ts';
import { useEverywhere, useFlagChange, useFlagChangeForecast } from './use-flag-change.ts';

export interface FlagChangeButtonProps extends Pick<ButtonProps, 'variant' | 'size'> {
  readonly view: LifecycleView;
  readonly kind: FlagChangeKind;
}

/** Opens the review of a change of a flag's life. */
export function FlagChangeButton({ view, kind, variant = 'default', size = 'sm' }: FlagChangeButtonProps) {
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const save = useFlagChange(view.flag);
  const forecast = useFlagChangeForecast(view, isOpen ? kind : null);
  const everywhere = useEverywhere();
  const { words } = FLAG_CHANGES[kind];
  // The sheet confirms only once the key was typed, where it asks for that.
  const isTyped = forecast.kind === 'ready' && forecast.friction.typedKey;
  return (
    <>
      <Button
        variant={variant}
        size={size}
        disabled={!may('flag.edit')}
        aria-label={words.of(view.flag)}
        onClick={() => {
          save.reset();
          setOpen(true);
        }}
      >
        {words.button}
      </Button>
      <ReviewSheet
        opened={isOpen}
        onClose={() => setOpen(false)}
        environment={everywhere}
        flagKey={view.flag}
        action={words.action}
        forecast={forecast}
        sending={save.isPending}
        failure={save.isError && <ErrorNotice failed={words.failed} error={save.error} />}
        onConfirm={(comment) => save.mutate({ kind, comment, isTyped }, { onSuccess: () => setOpen(false) })}
      />
    </>
  );
}
