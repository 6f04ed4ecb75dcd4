import { Text } from '@mantine/core';
import { AccessPage } from './access-page.tsx';
import { accessMessages as m } from './messages.ts';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage({ onSignedIn }: { readonly onSignedIn: () => Promise<unknown> }) {
  return (
    <AccessPage title={m.signIn.title}>
      <SignInForm onSignedIn={onSignedIn} />
      <Text size="sm" c="dimmed" mt="lg">
        {m.signIn.firstStart}
      </Text>
    </AccessPage>
  );
}
