import { ConnectCommand } from '../features/settings/connect-command.tsx';
import { ConnectDevice } from '../features/settings/connect-device.tsx';
import { handOverOf } from '../features/settings/hand-over.ts';
import { settingsMessages } from '../features/settings/messages.ts';
import { Page } from '../kit/page.tsx';

const m = settingsMessages.command;

/** Where `glidepath login` sends the browser, and where codes of other machines are typed. */
export function CommandPage() {
  const asked = handOverOf(location.hash);
  return (
    <Page name={m.title} title={m.title}>
      {asked === null ? <ConnectDevice /> : <ConnectCommand asked={asked} />}
    </Page>
  );
}
