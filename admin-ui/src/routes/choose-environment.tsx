import { Button, Stack } from '@mantine/core';
import { shellMessages } from '../app/messages.ts';
import { EnvironmentChip } from '../kit/environment-chip.tsx';
import { Page } from '../kit/page.tsx';
import { useSession } from '../lib/session.tsx';

const m = shellMessages.environment;

/** Asks on which environment a page is to work, when its address does not say it. */
export function ChooseEnvironment({ onChoose }: { readonly onChoose: (key: string) => void }) {
  const { environments } = useSession();
  return (
    <Page name={m.ask} title={m.ask} lead={m.askWhy}>
      <Stack maw={360}>
        {environments.map((environment) => (
          <Button key={environment.key} size="lg" variant="default" onClick={() => onChoose(environment.key)}>
            <EnvironmentChip environment={environment} />
          </Button>
        ))}
      </Stack>
    </Page>
  );
}
