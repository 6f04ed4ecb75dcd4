import type { DeviceLoginView } from '@glidepath/server/api-types';
import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { useServices } from '../../lib/services.tsx';
import { AllowToken, type TokenInput } from './allow-token.tsx';
import { settingsMessages } from './messages.ts';

const m = settingsMessages.device;
const LETTERS = 8;

interface Waiting extends DeviceLoginView {
  readonly code: string;
}

type Step =
  | { readonly kind: 'code' }
  | { readonly kind: 'device'; readonly device: Waiting }
  | { readonly kind: 'allowed' | 'declined' };

const pathOf = (code: string): string => `/api/v1/device-logins/${encodeURIComponent(code)}`;

/** Lets a machine without a browser in: by the code that its terminal shows. */
export function ConnectDevice() {
  const [step, setStep] = useState<Step>({ kind: 'code' });
  switch (step.kind) {
    case 'code':
      return <CodeStep onFound={(device) => setStep({ kind: 'device', device })} />;
    case 'device':
      return <DeviceStep device={step.device} onAnswered={(kind) => setStep({ kind })} />;
    case 'allowed':
      return (
        <div role="status">
          <EmptyState title={m.allowed}>{m.allowedHow}</EmptyState>
        </div>
      );
    case 'declined':
      return (
        <div role="status">
          <EmptyState title={m.declined}>{m.declinedHow}</EmptyState>
        </div>
      );
    default:
      return step satisfies never;
  }
}

function CodeStep({ onFound }: { readonly onFound: (device: Waiting) => void }) {
  const { api } = useServices();
  const [code, setCode] = useState('');
  const letters = code.replace(/[^a-z]/gi, '').length;
  const finding = useMutation({
    mutationFn: async (): Promise<Waiting> => ({ code, ...(await api.get<DeviceLoginView>(pathOf(code))) }),
    onSuccess: onFound,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (letters === LETTERS) finding.mutate();
      }}
    >
      <Stack maw={420}>
        <p>
          <Sentence text={m.why} />
        </p>
        <TextInput
          label={m.code}
          description={m.codeHint}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
          maxLength={16}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
        />
        {finding.error && <ErrorNotice failed={m.notFound} error={finding.error} />}
        <Button type="submit" disabled={letters !== LETTERS || finding.isPending}>
          {m.next}
        </Button>
        <p>{m.warning}</p>
      </Stack>
    </form>
  );
}

interface DeviceStepProps {
  readonly device: Waiting;
  readonly onAnswered: (answer: 'allowed' | 'declined') => void;
}

function DeviceStep({ device, onAnswered }: DeviceStepProps) {
  const { api } = useServices();
  const allowing = useMutation({
    mutationFn: (body: TokenInput) => api.post<null>(`${pathOf(device.code)}/allow`, { body }),
    onSuccess: () => onAnswered('allowed'),
  });
  const declining = useMutation({
    mutationFn: () => api.post<null>(`${pathOf(device.code)}/decline`, { body: {} }),
    onSuccess: () => onAnswered('declined'),
  });
  return (
    <AllowToken
      allowing={allowing}
      onAllow={(input) => allowing.mutate(input)}
      otherwise={
        <Button variant="default" disabled={declining.isPending} onClick={() => declining.mutate()}>
          {m.decline}
        </Button>
      }
    >
      <p>
        <Sentence text={m.asks(device)} />
      </p>
      {declining.error && <ErrorNotice failed={m.notFound} error={declining.error} />}
    </AllowToken>
  );
}
