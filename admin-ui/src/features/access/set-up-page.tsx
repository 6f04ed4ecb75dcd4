import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { AccessPage } from './access-page.tsx';
import { accessMessages } from './messages.ts';

const m = accessMessages.setUp;
const SHORTEST_PASSWORD = 12;

export interface SetUpPageProps {
  /** The fragment of the link that the server printed. */
  readonly token: string;
  readonly onSignedIn: () => Promise<unknown>;
}

/** Makes the first administrator. */
export function SetUpPage({ token, onSignedIn }: SetUpPageProps) {
  const { api } = useServices();
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (name) => (name.trim() === '' ? m.nameMissing : null),
      email: (email) => (/^\S+@\S+$/.test(email) ? null : m.emailWrong),
      password: (password) => (password.length < SHORTEST_PASSWORD ? m.passwordShort : null),
    },
  });
  const setUp = useMutation({
    mutationFn: async (person: typeof form.values) => {
      await api.post('/api/v1/setup', { body: { token, ...person, name: person.name.trim() } });
      await onSignedIn();
    },
  });

  if (token === '') {
    return (
      <AccessPage title={m.title}>
        <Alert color="orange" mt="lg" role="alert">
          {m.noToken}
        </Alert>
      </AccessPage>
    );
  }
  return (
    <AccessPage title={m.title} lead={m.lead}>
      <form onSubmit={form.onSubmit((person) => setUp.mutate(person))} noValidate>
        <Stack mt="lg">
          <TextInput label={m.name} autoComplete="name" {...form.getInputProps('name')} />
          <TextInput label={m.email} type="email" autoComplete="username" {...form.getInputProps('email')} />
          <PasswordInput
            label={m.password}
            description={m.passwordHint}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          {setUp.isError && <ErrorNotice failed={m.failed} error={setUp.error} />}
          <Button type="submit" size="md" disabled={setUp.isPending}>
            {setUp.isPending ? m.sending : m.submit}
          </Button>
        </Stack>
      </form>
    </AccessPage>
  );
}
