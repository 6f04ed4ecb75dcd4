import { Radio, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { ReviewSheet } from '../../kit/review-sheet.tsx';
import { type SessionEnvironment, useSession } from '../../lib/session.tsx';
import { switchMessages as m } from './messages.ts';
import { useRestoreForecast } from './use-restore-forecast.ts';
import type { RestoreWay } from './use-switch.ts';

export interface RestoreSheetProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly environment: SessionEnvironment;
  readonly flag: string;
  readonly sending: boolean;
  readonly failure: ReactNode;
  readonly onRestore: (reason: string, as: RestoreWay) => void;
}

/** The way back from a kill is hard on purpose: what people get again is read, reasoned and, where it matters, typed. */
export function RestoreSheet({ opened, flag, environment, onRestore, ...sheet }: RestoreSheetProps) {
  const [way, setWay] = useState<RestoreWay>('before');
  const forecast = useRestoreForecast(opened ? { environment, flag, way } : null);
  const word = environmentWord(environment);
  return (
    <ReviewSheet
      {...sheet}
      opened={opened}
      environment={environment}
      flagKey={flag}
      action={m.restoreActions[way](word)}
      choice={<Ways way={way} onChoose={setWay} />}
      forecast={forecast}
      onConfirm={(reason) => onRestore(reason, way)}
    />
  );
}

interface WaysProps {
  readonly way: RestoreWay;
  readonly onChoose: (way: RestoreWay) => void;
}

function Ways({ way, onChoose }: WaysProps) {
  const { may } = useSession();
  const mayRoll = may('rollout.run');
  return (
    <Radio.Group label={m.ways.label} value={way} onChange={(chosen) => onChoose(chosen as RestoreWay)}>
      <Stack gap="xs" mt="xs">
        <Radio value="before" label={m.ways.before} description={m.ways.beforeHint} />
        <Radio
          value="rollout"
          label={m.ways.rollout}
          description={mayRoll ? m.ways.rolloutHint : m.ways.mayNot}
          disabled={!mayRoll}
        />
      </Stack>
    </Radio.Group>
  );
}
