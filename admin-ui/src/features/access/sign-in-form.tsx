import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { accessMessages } from './messages.ts';

const m = accessMessages.signIn;

export function SignInForm({ onSignedIn }: { readonly onSignedIn: () => Promise<unknown> }) {
  const { api } = useServices();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: async () => {
      await api.post('/api/v1/session', { body: { email, password } });
      await onSignedIn();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack mt="lg">
        <TextInput
          label={m.email}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={m.password}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.isError && <ErrorNotice failed={m.failed} error={signIn.error} />}
        <Button type="submit" size="md" disabled={signIn.isPending}>
          {signIn.isPending ? m.sending : m.submit}
        </Button>
      </Stack>
    </form>
  );
}
