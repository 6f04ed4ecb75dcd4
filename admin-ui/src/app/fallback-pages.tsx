import { ErrorNotice } from '../kit/error-notice.tsx';
import { LinkButton } from '../kit/link-button.tsx';
import { Page } from '../kit/page.tsx';
import { shellMessages as m } from './messages.ts';

export function MissingPage() {
  return (
    <Page name={m.notFound.title} title={m.notFound.title}>
      <div>
        <LinkButton to="/flags">{m.notFound.home}</LinkButton>
      </div>
    </Page>
  );
}

/** Instead of a page that failed: the shell around it keeps working. */
export function BrokenPage({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <Page name={m.broken} title={m.broken}>
      <ErrorNotice failed={m.broken} error={error} onRetry={reset} />
    </Page>
  );
}
