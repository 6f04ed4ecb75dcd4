import { ConnectCommand } from '../features/settings/connect-command.tsx';
import { handOverOf } from '../features/settings/hand-over.ts';
import { settingsMessages } from '../features/settings/messages.ts';
import { EmptyState } from '../kit/empty-state.tsx';
import { Page } from '../kit/page.tsx';
import { Sentence } from '../kit/sentence.tsx';

const m = settingsMessages.command;

/** Where `glidepath login` sends the browser. */
export function CommandPage() {
  const asked = handOverOf(location.hash);
  return (
    <Page name={m.title} title={m.title}>
      {asked === null ? (
        <EmptyState title={m.broken}>
          <Sentence text={m.how} />
        </EmptyState>
      ) : (
        <ConnectCommand asked={asked} />
      )}
    </Page>
  );
}
