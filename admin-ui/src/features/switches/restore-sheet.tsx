import type { ReactNode } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { frictionOfRestore } from '../../lib/friction.ts';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { useForecast } from '../../lib/use-forecast.ts';
import { switchMessages as m } from './messages.ts';

export interface RestoreSheetProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly environment: SessionEnvironment;
  readonly flag: string;
  readonly sending: boolean;
  readonly failure: ReactNode;
  readonly onRestore: (reason: string) => void;
}

const RESTORE = [{ kind: 'restore' }] as const;

/** The way back from a kill is hard on purpose: what people get again is read, reasoned and, where it matters, typed. */
export function RestoreSheet({ opened, flag, environment, onRestore, ...sheet }: RestoreSheetProps) {
  const { project } = useSession();
  const forecast = useForecast(
    opened ? { project, environment: environment.key, flag, revision: 0, instructions: RESTORE } : null,
    () => frictionOfRestore(environment.critical),
  );
  return (
    <ReviewSheet
      {...sheet}
      opened={opened}
      environment={environment}
      flagKey={flag}
      action={m.restoreAction(environmentWord(environment))}
      forecast={forecast}
      onConfirm={onRestore}
    />
  );
}
