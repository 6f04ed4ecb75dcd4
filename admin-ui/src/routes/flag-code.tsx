import { getRouteApi } from '@tanstack/react-router';
import { CodeReferences } from '../features/code-references/code-references.tsx';
import { codeMessages as m } from '../features/code-references/messages.ts';
import { Snippets } from '../features/code-references/snippets-part.tsx';
import { FlagFrame } from './flag-frame.tsx';

const route = getRouteApi('/flags/$key/code');

/** Where code names a flag, and how it is asked for. */
export function FlagCodePage() {
  const { key } = route.useParams();
  return (
    <FlagFrame flagKey={key} part={m.title}>
      {(flag) => (
        <>
          <CodeReferences flag={key} />
          <Snippets flag={flag} />
        </>
      )}
    </FlagFrame>
  );
}
