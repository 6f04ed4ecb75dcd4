import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { settingsMessages } from './messages.ts';
import { ROLES, type Role } from './roles.ts';

const m = settingsMessages.command;
const MOST_DAYS = 366;
const USUAL_DAYS = '30';

/** What the API takes to make a token. */
export interface TokenInput {
  readonly name: string;
  readonly role: Role;
  readonly projects?: readonly string[];
  readonly expiresInDays: number;
}

export interface AllowTokenProps {
  /** Who asks, and when to say yes. */
  readonly children: ReactNode;
  readonly allowing: { readonly isPending: boolean; readonly isSuccess: boolean; readonly error: Error | null };
  readonly onAllow: (input: TokenInput) => void;
  /** Beside the button that allows it. */
  readonly otherwise?: ReactNode;
}

interface Draft {
  readonly role: Role;
  /** Empty = all. */
  readonly project: string;
  readonly days: string;
}

/** Asks somebody how far a token for the command line may reach, and whether there shall be one. */
export function AllowToken({ children, allowing, onAllow, otherwise }: AllowTokenProps) {
  const { clock } = useServices();
  const { session, project } = useSession();
  const form = useForm<Draft>({
    initialValues: { role: 'operator', project, days: USUAL_DAYS },
    validate: {
      days: (days) =>
        /^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= MOST_DAYS
          ? null
          : settingsMessages.tokens.daysWrong,
    },
  });
  const allow = ({ role, project: only, days }: Draft) =>
    onAllow({
      name: m.tokenName(new Date(clock.now()).toISOString().slice(0, 10)),
      role,
      ...(only !== '' && { projects: [only] }),
      expiresInDays: Number(days),
    });
  return (
    <form onSubmit={form.onSubmit(allow)} noValidate>
      <Stack maw={420}>
        {children}
        <NativeSelect
          label={settingsMessages.tokens.role}
          data={ROLES.map((value) => ({ value, label: settingsMessages.members.roles[value] }))}
          {...form.getInputProps('role')}
        />
        <NativeSelect
          label={m.project}
          data={[
            ...session.projects.map(({ key, name }) => ({ value: key, label: name })),
            { value: '', label: m.everyProject },
          ]}
          {...form.getInputProps('project')}
        />
        <TextInput
          label={settingsMessages.tokens.days}
          inputMode="numeric"
          autoComplete="off"
          {...form.getInputProps('days')}
        />
        {allowing.error && <ErrorNotice failed={m.failed} error={allowing.error} />}
        <Group grow preventGrowOverflow={false}>
          <Button type="submit" disabled={allowing.isPending || allowing.isSuccess}>
            {allowing.isPending ? settingsMessages.sending : m.allow}
          </Button>
          {otherwise}
        </Group>
      </Stack>
    </form>
  );
}
