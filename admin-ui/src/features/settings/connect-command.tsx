import type { ApiTokenView, Created } from '@glidepath/server/api-types';
import { Button, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { type HandOver, handOver } from './hand-over.ts';
import { settingsMessages } from './messages.ts';
import { ROLES, type Role } from './roles.ts';

const m = settingsMessages.command;
const MOST_DAYS = 366;
const USUAL_DAYS = '30';

interface Draft {
  readonly role: Role;
  /** Empty = all. */
  readonly project: string;
  readonly days: string;
}

/** Makes a token for the command on this computer, once somebody allows it, and hands it over. */
export function ConnectCommand({ asked }: { readonly asked: HandOver }) {
  const { api, clock } = useServices();
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
  const allow = useMutation({
    mutationFn: ({ role, project: only, days }: Draft) =>
      api.post<Created<ApiTokenView>>('/api/v1/api-tokens', {
        body: {
          name: m.tokenName(new Date(clock.now()).toISOString().slice(0, 10)),
          role,
          ...(only !== '' && { projects: [only] }),
          expiresInDays: Number(days),
        },
      }),
    onSuccess: ({ secret }) => handOver(asked, secret, document),
  });
  return (
    <form onSubmit={form.onSubmit((draft) => allow.mutate(draft))} noValidate>
      <Stack maw={420}>
        <p>
          <Sentence text={m.why} />
        </p>
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
        {allow.error && <ErrorNotice failed={m.failed} error={allow.error} />}
        <Button type="submit" disabled={allow.isPending || allow.isSuccess}>
          {allow.isPending ? settingsMessages.sending : m.allow}
        </Button>
      </Stack>
    </form>
  );
}
